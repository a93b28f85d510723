@websocket
Feature: A hundred clients do not notice that their nodes die again and again

  # spec: issue 3, "It must show". WEIR_SOAK=long: 20 failovers in 5 minutes; otherwise 6 in about one.

  @soak
  Scenario: 100 clients, 5 subscriptions each, 500 calls per second, real nodes lost by SIGKILL, SIGSTOP and lag
    Given real WebSocket nodes "first" and "second" with a block every 250 ms
    And the setting ws_ping_interval_ms = 1000
    And the setting health_check_interval_ms = 300
    And the setting health_check_timeout_ms = 1000
    And the setting proxy_timeout_ms = 10000
    When weir runs
    Then "first" is fit
    And "second" is fit
    When 80 plain clients, 10 with viem and 10 with ethers take 5 subscriptions each
    And they send 500 calls per second while nodes are lost again and again
    Then every call was answered once
    And every client has got every head and log once and in order
    And weir's memory did not grow in the second half
    And weir has no session or subscription once they have left
