Feature: Who says that it is syncing is judged by its heads

  # Issue 8, entry 2: zkevm-node#2172, nethermind#397; go-ethereum's SyncProgress while it indexes

  @weir @service
  Scenario Outline: A lone node that has the head serves, and says what remains
    Given primary nodes "a"
    And the EL of "a" has the fault syncing {"object": <object>}
    When weir runs
    Then "a" is fit with the note "<note>"
    When I call eth_blockNumber
    Then the answer is 200 with the result "0x64"
    Examples:
      | object                                                                                          | note                                        |
      | {"startingBlock":"0x0","currentBlock":"0x64","highestBlock":"0x64"}                             | syncing                                     |
      | {"currentBlock":"0x65","highestBlock":"0x64"}                                                   | syncing                                     |
      | {"currentBlock":"0x64","highestBlock":"0x64","txIndexRemainingBlocks":"0x54"}                   | syncing: 84 blocks of transactions to index |
      | {"currentBlock":"0x64","highestBlock":"0x67"}                                                   | syncing: 3 blocks to go                     |

  @weir @service
  Scenario: A node far behind by its own word is unfit, and its word moves nobody else
    Given primary nodes "a", "b"
    And the EL of "a" has the fault syncing {"object": {"currentBlock":"0x64","highestBlock":"0xf4240"}}
    When weir runs
    Then "b" is fit
    And "a" is unfit because of "syncing: 999900 blocks to go"
    And the height of the layer is 100

  @weir @service
  Scenario: With serve_stale subscriptions are read from a node that is the least bad
    Given WebSocket nodes "a"
    And the EL of "a" has the fault syncing
    And the setting serve_stale = true
    When weir runs
    Then "a" is unfit because of "syncing"
    When "alice" connects
    And "alice" subscribes to newHeads
    And 3 blocks come
    Then "alice" has got everything, once and in order
