@websocket
Feature: A client never sees the chain go backwards

  # spec: health-and-routing.md, Selection, last line

  @monotonic
  Scenario Outline: With <policy>, one node a block behind the other, no block number falls below what was told
    Given WebSocket nodes "a" and "b" with a block every 100 ms
    And the setting policy = "<policy>"
    And the EL of "b" has the fault lag {"blocks":1}
    When weir runs
    Then "a" is fit
    And "b" is fit
    When "alice" connects and looks at every block number
    And "alice" subscribes to newHeads
    And "alice" asks for eth_blockNumber and the latest block at every block, for 20 blocks
    Then "alice" has got everything, once and in order

    Examples:
      | policy        |
      | round_robin   |
      | priority      |
      | least_latency |

  @monotonic
  Scenario Outline: The node that told the last block is lost by <way>, and the next one is a block behind
    Given WebSocket nodes "a" and "b" with a block every 200 ms
    And the setting policy = "<policy>"
    And the setting ws_ping_interval_ms = 400
    And the setting health_check_timeout_ms = 500
    And the setting proxy_timeout_ms = 4000
    And the EL of "b" has the fault lag {"blocks":1}
    When weir runs
    Then "a" is fit
    And "b" is fit
    When "alice" connects and looks at every block number
    And "alice" subscribes to newHeads
    And "alice" asks for eth_blockNumber and the latest block at every block, for 3 blocks
    And "a" is lost by <way>
    And "alice" asks for eth_blockNumber and the latest block 20 times
    And "alice" asks for eth_blockNumber and the latest block at every block, for 5 blocks
    Then "alice" has got every block but perhaps the last

    Examples:
      | way            | policy      |
      | SIGKILL        | priority    |
      | SIGKILL        | round_robin |
      | SIGSTOP        | priority    |
      | a socket reset | round_robin |

  @monotonic
  Scenario: What one connection was told does not bind another, and a new one starts from the layer's head
    Given WebSocket nodes "a" and "b" with a block every 100 ms
    And the setting policy = "round_robin"
    And the EL of "b" has the fault lag {"blocks":1}
    When weir runs
    Then "a" is fit
    And "b" is fit
    When "alice" connects and looks at every block number
    And "bob" connects and looks at every block number
    And "alice" subscribes to newHeads
    And "bob" asks for eth_blockNumber and the latest block 60 times
    And "alice" asks for eth_blockNumber and the latest block 60 times
    Then "alice" has got everything, once and in order

  @monotonic
  Scenario: Over HTTP the block number does not go backwards either
    Given WebSocket nodes "a" and "b" with a block every 100 ms
    And the setting policy = "round_robin"
    And the EL of "b" has the fault lag {"blocks":1}
    When weir runs
    Then "a" is fit
    And "b" is fit
    And 300 block numbers asked for over HTTP one after another never fall
