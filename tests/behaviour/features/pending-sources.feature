@websocket
Feature: Pending transactions are read from two nodes at once

  # Issue 8, 15: what only the dead node knew was lost.

  Background:
    Given the setting server.workers = 1
    And the setting ws_ping_interval_ms = 400

  Scenario Outline: What either node knows is told once, and neither's death costs what the other knew: <kind>
    Given WebSocket nodes "a", "b", "c"
    When weir runs
    And "alice" connects
    And "alice" subscribes to pending transactions <params>
    And the pending feed is read from 2 nodes
    And only "a" hears of the transaction 0x01
    And only "b" hears of the transaction 0x02
    And only "a" hears of the transaction 0x02
    Then "alice" is told of 2 pending transactions, once each
    When "a" is killed
    And only "b" hears of the transaction 0x03
    Then "alice" is told of 3 pending transactions, once each
    When the pending feed is read from 2 nodes
    And only "c" hears of the transaction 0x04
    Then "alice" is told of 4 pending transactions, once each

    Examples:
      | kind          | params |
      | hashes        | []     |
      | whole objects | [true] |

  Scenario: pending_sources = 1 reads one
    Given WebSocket nodes "a", "b"
    And the setting pending_sources = 1
    When weir runs
    And "alice" connects
    And "alice" subscribes to pending transactions []
    Then the metric ws_upstream_subscriptions is 1

  Scenario: Nodes without a WebSocket are polled, both of them
    Given WebSocket nodes "a", "b"
    And no node has a ws_url
    And the setting ws_poll_interval_ms = 50
    When weir runs
    And "alice" connects
    And "alice" subscribes to pending transactions []
    And "a" and "b" are polled for pending transactions
    And only "b" hears of the transaction 0x01
    And only "a" hears of the transaction 0x02
    Then "alice" is told of 2 pending transactions, once each
