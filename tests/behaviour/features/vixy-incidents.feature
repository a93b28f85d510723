@websocket
Feature: The situations that broke Vixy

  # spec: issue 3, "It must show": each is something that Vixy's WebSocket proxy got wrong

  Background:
    Given the setting ws_ping_interval_ms = 400
    And the setting health_check_timeout_ms = 500
    And the setting proxy_timeout_ms = 4000

  @vixy:1
  Scenario: Calls after a reconnect are answered
    Given WebSocket nodes "a" and "b" with a block every 50 ms
    When weir runs
    And "alice" connects
    And "alice" subscribes to newHeads
    And blocks come until "alice" has got 2 more of them
    And "a" is lost by SIGKILL
    And blocks come until "alice" has got 2 more of them
    And "alice" sends 30 different reads
    Then each read of "alice" has its own answer
    And "alice" has got everything, once and in order

  @vixy:2
  Scenario: Several subscriptions of one client all go on after a reconnect, each under its own id
    Given WebSocket nodes "a" and "b"
    When weir runs
    And "alice" connects
    And "alice" subscribes to newHeads
    And "alice" subscribes to newHeads as "again"
    And "alice" subscribes to logs with {}
    And "alice" subscribes to the logs of one contract as "narrow"
    And "alice" subscribes to newPendingTransactions
    And "alice" subscribes to ticks of the namespace sim
    And 2 blocks come
    And "a" is lost by a socket reset
    And 2 blocks come
    And "a" is lost by SIGKILL
    And 2 blocks come
    Then "alice" has got everything, once and in order
    And ticks come to "alice", in order and none twice
    And "alice" is told of new pending transactions, and of none twice

  @vixy:3
  Scenario: An id that was used for eth_subscribe is used again for a call, before and after a reconnect
    Given WebSocket nodes "a" and "b"
    When weir runs
    And "alice" connects
    And "alice" sends the text {"jsonrpc":"2.0","id":1,"method":"eth_subscribe","params":["newHeads"]}
    And "alice" sends the text {"jsonrpc":"2.0","id":1,"method":"eth_chainId"}
    Then the reply has the result "0x1"
    When 1 block comes
    And "a" is lost by SIGKILL
    And "alice" sends the text {"jsonrpc":"2.0","id":1,"method":"eth_gasPrice"}
    Then the reply has the result "0x3b9aca00"
    When 2 blocks come
    And "alice" sends the text {"jsonrpc":"2.0","id":1,"method":"eth_chainId"}
    Then the reply has the result "0x1"
    When "alice" sends the text {"jsonrpc":"2.0","id":1,"method":"eth_subscribe","params":["newHeads"]}
    And each of "alice" sends 30 different reads with the ids from 1 on
    Then each read of "alice" has its own answer

  @vixy:4
  Scenario: A client works for long after a reconnect
    Given WebSocket nodes "a" and "b" with a block every 20 ms
    When weir runs
    And "alice" connects
    And "alice" subscribes to newHeads
    And "alice" subscribes to logs with {}
    And "a" is lost by a socket reset
    And blocks come until "alice" has got 150 more of them
    And "alice" sends 300 different reads
    Then each read of "alice" has its own answer
    And "alice" has got everything, once and in order

  @vixy:5
  Scenario: Calls during the reconnect wait and are answered
    Given WebSocket nodes "a" and "b"
    And the WebSocket of "b" has the fault delay {"ms":400,"match":"upgrade"}
    When weir runs
    And "alice" connects
    And "alice" subscribes to newHeads
    And 1 block comes
    And "a" is lost by SIGKILL
    And "alice" sends 30 different reads
    Then each read of "alice" has its own answer
    When 1 block comes
    Then "alice" has got everything, once and in order

  @vixy:6
  Scenario: A client returns to the primary with its subscriptions
    Given WebSocket node "a" with a block every 50 ms
    And a WebSocket backup "b"
    When weir runs
    And "alice" connects
    And "alice" subscribes to newHeads
    And "alice" subscribes to logs with {}
    And "a" is lost by SIGKILL
    Then subscriptions come from "b"
    When blocks come until "alice" has got 2 more of them
    And "a" is started again
    Then subscriptions come from "a"
    When blocks come until "alice" has got 5 more of them
    And "alice" sends 10 different reads
    Then each read of "alice" has its own answer
    And "alice" has got everything, once and in order

  @vixy:7
  Scenario: The answers to replayed subscriptions are not seen by the client
    Given WebSocket nodes "a" and "b"
    When weir runs
    And "alice" connects
    And "alice" subscribes to newHeads
    And "alice" subscribes to logs with {}
    And "alice" subscribes to newPendingTransactions
    And "alice" subscribes to syncing
    And "alice" subscribes to ticks of the namespace sim
    And the messages of "alice" are counted
    And "a" is lost by SIGKILL
    Then subscriptions come from "b"
    When "alice" calls eth_chainId
    Then "alice" has got 1 message since

  @vixy:8
  Scenario: eth_unsubscribe works after a failover
    Given WebSocket nodes "a" and "b"
    When weir runs
    And "alice" connects
    And "alice" subscribes to newHeads
    And "alice" subscribes to logs with {}
    And 1 block comes
    And "a" is lost by SIGKILL
    And blocks come until "alice" has got 2 more of them
    And "alice" unsubscribes from newHeads
    And 2 blocks come
    Then "alice" has got everything, once and in order

  @vixy:9
  Scenario: The upstream socket is closed while its node stays healthy
    Given WebSocket node "a" with a block every 50 ms
    When weir runs
    And "alice" connects
    And "alice" subscribes to newHeads
    And "alice" subscribes to logs with {}
    And blocks come until "alice" has got 2 more of them
    And "a" is lost by a socket reset
    And "alice" sends 10 different reads
    And blocks come until "alice" has got 3 more of them
    And "a" is lost by a socket reset
    And "a" is lost by a socket reset
    And blocks come until "alice" has got 3 more of them
    Then each read of "alice" has its own answer
    And "a" has stayed fit
    And "alice" has got everything, once and in order
