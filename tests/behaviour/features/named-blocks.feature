@websocket @weir
Feature: A call that names a block goes to a node that has it

  # spec: health-and-routing.md, Selection
  # field: ethereum/go-ethereum#24078, #27353
  # "a" is two blocks behind and fit, and the first primary.

  @named-block
  Scenario Outline: After a receipt: <what>
    Given primary nodes "a" and "b"
    And the setting policy = "<policy>"
    And the EL of "a" has the fault lag {"blocks":2}
    When weir runs
    Then "a" is fit
    And "b" is fit
    When the receipt of a transaction in the last block of "b" is found
    Then <what>, asked for over HTTP 4 times, are never empty

    Examples:
      | what                        | policy      |
      | its logs                    | priority    |
      | its logs                    | round_robin |
      | its logs and later ones     | priority    |
      | its logs and later ones     | round_robin |
      | its logs by erigon_getLogs  | priority    |
      | its logs by hash            | priority    |
      | its logs by hash            | round_robin |
      | itself                      | round_robin |
      | itself by hash              | round_robin |
      | its receipts                | round_robin |
      | its receipts by hash        | round_robin |
      | a balance at it             | round_robin |
      | a balance at its hash       | round_robin |

  @named-block
  Scenario: Blocks by the hashes that weir announced
    Given WebSocket nodes "a" and "b" with a block every 200 ms
    And the setting policy = "round_robin"
    And the EL of "a" has the fault lag {"blocks":2}
    When weir runs
    Then "a" is fit
    And "b" is fit
    When "alice" connects
    And "alice" subscribes to newHeads
    And "alice" looks at each of 6 new blocks by its hash

  @named-block
  Scenario: Only a backup has it
    Given primary nodes "a"
    And backup nodes "b"
    And the EL of "a" has the fault lag {"blocks":2}
    When weir runs
    Then "a" is fit
    And "b" is fit
    When the receipt of a transaction in the last block of "b" is found
    Then its logs, asked for over HTTP 4 times, are never empty
    And itself, asked for over HTTP 4 times, is never empty
    And "a" has seen eth_getLogs 4 times

  @named-block
  Scenario: Each call of a batch is judged by itself
    Given primary nodes "a" and "b"
    And the EL of "a" has the fault lag {"blocks":2}
    When weir runs
    Then "a" is fit
    And "b" is fit
    When the receipt of a transaction in the last block of "b" is found
    Then a batch about the block, an old one and one that nobody has is answered for each by itself

  @named-block
  Scenario: A block that nobody has costs no further question
    Given primary nodes "a" and "b"
    When weir runs
    Then "a" is fit
    And "b" is fit
    When I call eth_getBlockByNumber with ["0xfffffff", false]
    Then the answer is 200 with the result null
    When I call eth_getBalance with ["0x0000000000000000000000000000000000000001", "0xfffffff"]
    Then the answer is 200 with the error -32000
    When I call eth_getLogs with [{"fromBlock": "0xfffffff", "toBlock": "0xfffffff"}]
    Then the answer is 200 with the result []
    And "a" has seen eth_getBalance 1 time
    And "a" has seen eth_getLogs 1 time
    And "b" has seen eth_getBlockByNumber 1 time
    # … which is the health check's question for block 0
    And "b" has seen eth_getBalance 0 times
    And "b" has seen eth_getLogs 0 times
    And it took less than 200 ms
