@websocket @go
Feature: Go programs in front of nodes that die

  # spec: issue 7, entry 4 and "It must show"; websocket.md, lines 10, 12, 14, 14a. Without Go these scenarios are
  # skipped, and tests/behaviour/run says so.

  @ws:14a
  Scenario: SubscribeFilterLogs, SubscribeNewHead, filters and transactions through ten deaths
    Given real WebSocket nodes "first" and "second" with a block every 150 ms
    And the setting ws_ping_interval_ms = 500
    And the setting health_check_timeout_ms = 500
    When weir runs
    Then "first" is fit
    And "second" is fit
    When a Go program watches logs and heads, polls filters and calls
    And 10 times the node in use dies and comes back, by SIGKILL with a transaction on its way, SIGSTOP and lag in turn
    Then every transaction of the Go program has a receipt
    And the Go program has every head and log once and in order, by subscription and by filter, and no error
