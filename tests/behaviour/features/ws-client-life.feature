@websocket
Feature: What shows that a WebSocket client is there

  # Issue 8, 10. spec: websocket.md, line 25. RFC 6455 §5.5.2, §5.5.3

  Background:
    Given WebSocket nodes "a" and "b"
    And the setting server.workers = 1
    And the setting ws_ping_interval_ms = 100
    And the setting ws_client_ping_interval_ms = 200
    And the setting ws_client_ping_timeout_ms = 600

  Scenario: A client that is busy and does not read stays for as long as its kernel takes what is sent
    When weir runs
    And "alice" connects
    And "alice" subscribes to newHeads
    And "alice" stops reading
    And a block comes every 100 ms for 2500 ms
    And "alice" reads on
    Then "alice" is still connected
    And "alice" has got everything, once and in order

  Scenario: One that answers no ping, and to which nothing is sent, is lost
    When weir runs
    And "dead" connects and never answers a ping
    Then "dead" is dropped within 2000 ms
    And weir counts 0 sessions and 0 subscriptions

  Scenario: Pings to nodes say nothing of clients
    Given the setting ws_client_ping_interval_ms = 30000
    And the setting ws_client_ping_timeout_ms = 60000
    When weir runs
    And "quiet" connects and never answers a ping
    And "a" has been pinged 20 times since
    Then "quiet" is still connected
