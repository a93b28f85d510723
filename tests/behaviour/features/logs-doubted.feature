@websocket
Feature: Blooms that lie and nodes that have a block before its logs cost no log

  # spec: issue 7, B6 and B7; websocket.md 14b (l2beat#10113, bor#432, #519; erigon#16861, #17624, #1822)

  Background:
    Given the setting ws_ping_interval_ms = 400
    And the setting health_check_timeout_ms = 500

  @ws:14b
  Scenario: On a chain whose blooms have no bit set, subscriptions and filters get all logs
    Given WebSocket nodes "a" and "b" of the chain 137 with empty blooms
    When weir runs
    And "alice" connects
    And "alice" subscribes to logs with {}
    And "alice" subscribes to the logs of one contract as "contract"
    And a filter for the logs of one contract is made over HTTP
    And 5 blocks come
    Then every client has got everything, once and in order
    And the filter has told each log of it once

  @ws:14b @weir
  Scenario: The key trust_logs_bloom overrides what is known of the chain: with false even mainnet is asked
    Given WebSocket nodes "a" and "b" of the chain 1 with empty blooms
    And the setting trust_logs_bloom = false
    When weir runs
    And "alice" connects
    And "alice" subscribes to logs with {}
    And 3 blocks come
    Then every client has got everything, once and in order

  @ws:14b @weir
  Scenario: A chain that is not known is asked once for each block, however many filters there are
    Given WebSocket nodes "a" and "b" of the chain 137
    When weir runs
    And "alice" connects
    And "alice" subscribes to logs with {"address":"0x1111111111111111111111111111111111111111"}
    And "alice" subscribes to logs with {"address":"0x2222222222222222222222222222222222222222"} as "second"
    And "alice" subscribes to logs with {"address":"0x3333333333333333333333333333333333333333"} as "third"
    And "alice" subscribes to newHeads
    And 10 blocks come
    Then "alice" has got everything, once and in order
    And "a" has seen eth_getLogs at most 12 times

  @ws:14b
  Scenario: A node that has a block and not its logs is not believed: another one is asked
    Given WebSocket nodes "a" and "b"
    When weir runs
    And "alice" connects
    And "alice" subscribes to logs with {}
    And a filter for the logs of one contract is made over HTTP
    And 1 block comes
    And the EL of "a" gets the fault empty_logs
    And 4 blocks come
    Then every client has got everything, once and in order
    And the filter has told each log of it once

  @ws:14b
  Scenario: The only node is asked once more after a pause
    Given a WebSocket node "a" alone
    When weir runs
    And "alice" connects
    And "alice" subscribes to logs with {}
    And 1 block comes
    And the EL of "a" gets the fault empty_logs {"count":1,"match":"eth_getLogs"}
    And 2 blocks come
    Then every client has got everything, once and in order
