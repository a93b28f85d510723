@websocket
Feature: WebSocket over TLS, to clients and to nodes

  # spec: issue 3, "To deliver", 7

  Background:
    Given a certificate authority "ours"
    And the setting ws_ping_interval_ms = 400

  @ws:wss
  Scenario Outline: A wss client is served by wss nodes, also when one is lost by <way>
    Given a WebSocket node "a" with a certificate for IP:127.0.0.1 by "ours"
    And a WebSocket node "b" with a certificate for IP:127.0.0.1 by "ours"
    And weir serves https with a certificate for IP:127.0.0.1 by "ours"
    When weir runs
    And "alice" connects over wss
    And "alice" subscribes to newHeads
    And "alice" subscribes to logs with {}
    And 2 blocks come
    And "a" is lost by <way>
    And 2 blocks come
    And "alice" sends 10 different reads
    Then each read of "alice" has its own answer
    And "alice" has got everything, once and in order

    Examples:
      | way            |
      | SIGKILL        |
      | a socket reset |

  @ws:wss @weir
  Scenario: A node whose certificate is not ours gets no subscription
    Given a certificate authority "theirs"
    And a WebSocket node "a" with a certificate for IP:127.0.0.1 by "theirs"
    And "a" is trusted by "ours"'s certificate
    And WebSocket nodes "b"
    When weir runs
    And "alice" connects
    And "alice" subscribes to newHeads
    And 2 blocks come
    Then subscriptions come from "b"
    And "alice" has got everything, once and in order
