@websocket
Feature: Thousands of different logs filters hold up nobody

  # spec: issue 7, B12; websocket.md 24a

  @ws:24a @weir
  Scenario: With 20,000 filters others are answered, blocks are told, and SIGTERM is obeyed
    Given WebSocket nodes "a" and "b"
    And the setting server.shutdown_grace_ms = 500
    When weir runs
    And 20 clients begin to subscribe to 1000 different logs filters each
    Then a subscription of "bob" to newHeads is answered within 3000 ms
    And all those subscriptions are made within 20 s
    And the metric ws_feeds is 20001
    And "bob" hears of a new block within 1000 ms
    When I send weir SIGTERM
    Then weir ends with exit code 0

  @ws:24a @weir
  Scenario: SIGTERM is obeyed while filters are being made
    Given WebSocket nodes "a" and "b"
    And the setting server.shutdown_grace_ms = 500
    When weir runs
    And 20 clients begin to subscribe to 1000 different logs filters each
    And I send weir SIGTERM
    Then weir ends with exit code 0

  @ws:24a @weir
  Scenario Outline: Past <key> eth_subscribe gets an error in words, until a session leaves
    Given WebSocket nodes "a" and "b"
    And the setting <key> = 3
    When weir runs
    And "alice" connects
    And "bob" connects
    And "alice" subscribes to newHeads
    And "alice" subscribes to logs with {}
    And "bob" subscribes to newHeads
    And "bob" calls eth_subscribe with ["logs",{}]
    Then the reply has the error -32005 "<words>"
    And the metric ws_subscriptions_refused_total is 1
    When "alice" leaves
    And "bob" subscribes to logs with {} as "logs at last"
    And 2 blocks come
    Then "bob" has got everything, once and in order

    Examples:
      | key                              | words                                   |
      | ws_max_subscriptions             | more than 3 subscriptions               |
      | ws_max_subscriptions_per_address | more than 3 subscriptions of one address |
