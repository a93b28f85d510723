Feature: The chain is pinned once it is known

  @weir @chain
  Scenario: The first primary is restarted on another chain, and the good node goes on alone
    Given WebSocket nodes "a", "b"
    When weir runs
    Then "a" is fit
    And "b" is fit
    When "alice" connects
    And "alice" subscribes to newHeads
    And "alice" subscribes to logs
    And 2 blocks come
    And "a" is killed
    And "a" is started again with the fault wrong_chain_id {"chain_id": 17000}
    Then "a" is unfit because of "wrong chain 0x4268, expected 0x1"
    When 3 blocks come
    And "http" and "alice" ask for their chain id 20 times
    Then all say "0x1"
    And "b" has stayed fit
    And every client has got everything, once and in order

  @weir @chain
  Scenario: On a standing connection it is found out as well, and by the genesis alone
    Given WebSocket nodes "a", "b"
    When weir runs
    Then "a" is fit
    When "alice" connects
    And "alice" subscribes to newHeads
    And the EL of "a" gets the fault other_genesis
    And the EL of "a" gets the fault close
    And 1 block comes
    Then "a" is unfit because of "other genesis"
    When 3 blocks come
    Then every client has got everything, once and in order
    And "b" has stayed fit

  @weir @chain
  Scenario: Who does not give block 0 is judged by its chain id alone
    Given primary nodes "a", "b", "c"
    And the EL of "b" has the fault no_genesis
    And the EL of "c" has the fault rpc_error {"match": "eth_getBlockByNumber"}
    When weir runs
    Then "a" is fit
    And "b" is fit
    And "c" is fit

  @weir @chain
  Scenario Outline: Nodes that disagree at the start are served by none, serve_stale or not
    Given primary nodes "a"
    And a primary node "other" on chain 17000
    And the setting serve_stale = <stale>
    And the EL of "<slow>" has the fault delay {"ms": 100}
    When weir runs
    Then "a" is unfit because of "disputed chain: 0x1"
    And "other" is unfit because of "disputed chain: 0x4268"
    And the log says "nodes are of different chains"
    When I call eth_chainId
    Then the answer is 503

    Examples:
      | slow  | stale |
      | a     | false |
      | other | true  |

  @weir @chain
  Scenario: The chain is kept over a reload that replaces every node
    Given primary nodes "a"
    And a fake node "later"
    When weir runs
    Then "a" is fit
    When weir is reloaded with the node "later" on chain 5 alone
    Then "later" is unfit because of "wrong chain 0x5, expected 0x1"
    When weir is reloaded with chain_id = 5
    Then "later" is fit

  @weir @chain
  Scenario: A WebSocket of another chain is not read from
    Given WebSocket nodes "a", "b"
    And the WebSocket of "a" has the fault wrong_chain_id {"chain_id": 5, "match": "eth_chainId"}
    When weir runs
    Then "a" is fit
    And the log says "WebSocket to node is not used"
    When "alice" connects
    And "alice" subscribes to newHeads
    And 3 blocks come
    Then every client has got everything, once and in order

  @weir @chain
  Scenario Outline: A beacon node of another network is the stranger, and not the good one the minority
    Given beacon nodes "a", "b"
    When weir runs
    Then "a" is fit
    When the CL of "a" gets the fault <fault>
    And the CL of "a" gets the fault close
    Then "a" is unfit because of "other genesis"
    And "b" has stayed fit
    When I send GET /eth/v1/beacon/genesis
    Then the answer is 200
    And the beacon node "b" has seen /eth/v1/beacon/genesis 1 time

    Examples:
      | fault                             |
      | other_genesis                     |
      | wrong_chain_id {"chain_id": 17000} |
