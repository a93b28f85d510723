Feature: A chain whose block numbers skip

  # As Filecoin's null rounds: 104, 106, 107, …

  @weir @skipped-numbers
  Scenario: Heads and logs go on across numbers that are left out, also over a failover and a reorganisation
    Given WebSocket nodes "a", "b" on a chain that leaves out each number that 5 divides
    When weir runs
    Then "a" is fit
    When "alice" connects
    And "alice" subscribes to newHeads
    And "alice" subscribes to logs
    And 12 blocks come
    Then "alice" was told of the blocks 101,102,103,104,106,107,108,109,111,112
    When "a" is killed
    And 6 blocks come
    And the chain is reorganised 4 blocks deep
    And 3 blocks come
    Then every client has got everything, once and in order
    And "b" has stayed fit

  @weir @skipped-numbers
  Scenario: The only node skips, with and without a WebSocket
    Given WebSocket nodes "a" on a chain that leaves out each number that 3 divides
    And "a" has no ws_url
    And the setting ws_poll_interval_ms = 20
    When weir runs
    Then "a" is fit
    When "alice" connects
    And "alice" subscribes to newHeads
    And "alice" subscribes to logs
    And 10 blocks come
    Then every client has got everything, once and in order
