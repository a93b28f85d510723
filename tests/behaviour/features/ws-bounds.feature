@websocket
Feature: What a WebSocket client or node does costs only itself

  # spec: websocket.md, Bounded, lines 22 to 28

  @ws:22 @weir
  Scenario: A client that does not read is closed with 1008, and the others notice nothing
    Given WebSocket nodes "a" and "b"
    And the setting ws_send_queue_max_bytes = "1MiB"
    When weir runs
    And "slow" connects
    And "alice" connects
    And "alice" subscribes to newHeads
    And "slow" subscribes to newHeads
    Then weir counts 2 sessions and 2 subscriptions
    When "slow" stops reading
    And "slow" asks 60 times for 1 MB
    Then the metric ws_subscriptions_active is 1
    When 3 blocks come
    Then "alice" has got everything, once and in order
    When "slow" reads on
    Then "slow" is closed with 1008 and a reason
    And weir counts 1 session and 1 subscription

  @ws:22 @weir
  Scenario: Clients that never read again are gone after send_timeout_ms, and so is what waited for them
    Given WebSocket nodes "a" and "b"
    And the setting ws_send_queue_max_bytes = "1MiB"
    And the setting server.send_timeout_ms = 1000
    When weir runs
    And "alice" connects
    And "alice" subscribes to newHeads
    And 3 clients that ask for 60 MB and never read come one after another
    And "alice" sends 20 different reads
    Then each read of "alice" has its own answer
    And weir counts 1 session and 1 subscription
    When weir's memory is measured
    And 3 clients that ask for 60 MB and never read come one after another
    Then weir counts 1 session and 1 subscription
    And the metric ws_queued_bytes is 0
    And the metric ws_calls_in_flight is 0
    And weir needs less than 24 MB more than then

  @ws:23
  Scenario: A message larger than ws_max_message_bytes is answered by 1009
    Given WebSocket nodes "a" and "b"
    And the setting ws_max_message_bytes = 100000
    When weir runs
    And "alice" connects
    And "alice" sends a call of 100000 bytes
    Then the reply has the result "0x1"

  @ws:23 @weir
  Scenario Outline: Past ws_max_message_bytes: close 1009 (<how>)
    Given WebSocket nodes "a" and "b"
    And the setting ws_max_message_bytes = 100000
    When weir runs
    And "alice" connects
    And "bob" connects
    And "alice" sends a call of <how>
    Then "alice" is closed with 1009
    And "bob" is still connected

    Examples:
      | how                       |
      | 100001 bytes              |
      | 200000 bytes in fragments |

  @ws:23
  Scenario: A large answer comes whole
    Given WebSocket nodes "a" and "b"
    When weir runs
    And "alice" connects
    And "alice" calls sim_bytes with [24000000]
    Then the result is a string of 24 MB

  @ws:23 @weir
  Scenario: An answer larger than upstream_max_message_bytes is an error with its id, and the session stays
    Given WebSocket nodes "a" and "b"
    And the setting upstream_max_message_bytes = "1MiB"
    When weir runs
    And "alice" connects
    And "alice" calls sim_bytes with [4000000]
    Then the reply has the error -32603
    When "alice" calls eth_chainId
    Then the reply has the result "0x1"

  @ws:24 @weir
  Scenario: Past ws_max_sessions an upgrade is refused with 503, until somebody leaves
    Given WebSocket nodes "a" and "b"
    And the setting ws_max_sessions = 3
    When weir runs
    And "alice" connects
    And "bob" connects
    And "carol" connects
    Then an upgrade is refused with 503 and a JSON body
    When "carol" leaves
    Then "dave" can connect
    When "dave" calls eth_chainId
    Then the reply has the result "0x1"

  @ws:24 @weir
  Scenario: Past ws_max_subscriptions_per_session eth_subscribe gets an error, until one is given up
    Given WebSocket nodes "a" and "b"
    And the setting ws_max_subscriptions_per_session = 3
    When weir runs
    And "alice" connects
    And "bob" connects
    And "alice" subscribes to newHeads
    And "alice" subscribes to logs with {}
    And "alice" subscribes to newHeads as "third"
    And "alice" calls eth_subscribe with ["newHeads"]
    Then the reply has the error -32005
    When "bob" subscribes to newHeads
    And "alice" unsubscribes from third
    And "alice" subscribes to newHeads as "another"
    And 2 blocks come
    Then every client has got everything, once and in order

  @ws:24 @weir
  Scenario: What subscriptions make weir keep is bounded, each and all together
    Given WebSocket nodes "a" and "b"
    And the setting server.workers = 1
    And the setting server.max_filter_bytes = "1MiB"
    When weir runs
    And "alice" connects
    And "alice" asks for the logs of 1001 contracts
    Then the reply has the error -32602 "invalid argument 1: more than 1000 addresses or topics in one position"
    When "alice" asks 23 times for the logs of 1000 contracts
    Then all of them are subscriptions
    When "alice" asks for the logs of 1000 contracts
    Then the reply has the error -32005
    When "alice" calls eth_chainId
    Then the reply has the result "0x1"
    When "alice" leaves
    Then the metric el_filter_bytes is 0

  @ws:24
  Scenario: More calls than ws_max_calls_in_flight are all answered
    Given WebSocket nodes "a" and "b"
    And the setting ws_max_calls_in_flight = 4
    And the EL of "a" has the fault delay {"ms":20,"match":"eth_getBalance"}
    When weir runs
    And "alice" connects
    And "alice" sends 60 different reads
    Then each read of "alice" has its own answer

  @ws:25 @weir
  Scenario: A client that answers no ping is dropped, one that does stays however idle it is
    Given WebSocket nodes "a" and "b"
    And the setting ws_client_ping_interval_ms = 200
    And the setting ws_client_ping_timeout_ms = 500
    When weir runs
    And "alice" connects and counts pings
    And "dead" connects and never answers a ping
    Then "dead" is dropped within 1500 ms
    And "alice" has been pinged 5 times
    And "alice" is still connected
    And weir counts 1 session and 0 subscriptions

  @ws:25
  Scenario: A client's pings are answered and do not cross weir
    Given WebSocket nodes "a" and "b"
    When weir runs
    And "alice" connects
    And "alice" subscribes to newHeads
    And "alice" sends 200 pings
    Then "a" has got fewer than 20 pings
    When "alice" calls eth_chainId
    Then the reply has the result "0x1"

  @ws:26 @weir
  Scenario: When all have left nothing is left of them
    Given WebSocket nodes "a" and "b"
    And the setting feed_grace_ms = 200
    When weir runs
    And the upstream subscriptions are counted
    And 200 clients come, subscribe to everything and leave
    Then weir counts 0 sessions and 0 subscriptions
    And the nodes have no more subscriptions than then
    When weir's memory is measured
    And 400 clients come, subscribe to everything and leave
    Then weir counts 0 sessions and 0 subscriptions
    And the nodes have no more subscriptions than then
    And weir needs less than 8 MB more than then

  @ws:26 @weir
  Scenario: Clients that vanish without a word leave nothing either
    Given WebSocket nodes "a" and "b"
    And the setting feed_grace_ms = 200
    When weir runs
    And the upstream subscriptions are counted
    And 50 WebSocket clients connect
    And all clients subscribe to newHeads
    And all clients subscribe to logs
    Then weir counts 50 sessions and 100 subscriptions
    When all clients vanish
    Then weir counts 0 sessions and 0 subscriptions
    And the nodes have no more subscriptions than then

  @ws:26 @weir
  Scenario: A subscription outlives its last client for feed_grace_ms, so that who returns finds it warm
    Given WebSocket nodes "a" and "b"
    And the setting feed_grace_ms = 60000
    When weir runs
    And "alice" connects
    And "alice" subscribes to ticks of the namespace sim
    And "alice" leaves
    And "bob" connects
    And "bob" subscribes to ticks of the namespace sim
    Then "a" has seen sim_subscribe at most 1 time

  @ws:27 @weir
  Scenario: At shutdown requests in flight are answered first, then clients get 1001
    Given WebSocket nodes "a" and "b"
    And the EL of "a" has the fault delay {"ms":500,"match":"eth_getBalance"}
    And the setting server.shutdown_grace_ms = 5000
    When weir runs
    And "alice" connects
    And "idle" connects
    And "alice" subscribes to newHeads
    And "alice" sends 5 different reads
    Then all 5 reads of "alice" have reached "a"
    When I send weir SIGTERM
    Then each read of "alice" has its own answer
    And "alice" is closed with 1001
    And "idle" is closed with 1001
    And weir ends with exit code 0

  @ws:27 @weir
  Scenario Outline: At shutdown what waits for a feed is answered by an error and costs no time (<method>)
    Given WebSocket nodes "a" and "b"
    And the EL of "a" has the fault hang {"match":"<at nodes>"}
    And the EL of "b" has the fault hang {"match":"<at nodes>"}
    And the setting server.shutdown_grace_ms = 60000
    When weir runs
    And "alice" connects
    And "alice" sends <method> with <params> as "it"
    Then the call <at nodes> has reached "a"
    And the metric ws_calls_in_flight is 1
    When I send weir SIGTERM
    Then "it" is answered with the error -32603
    And "alice" is closed with 1001
    And weir ends with exit code 0

    Examples:
      | method             | params        | at nodes             |
      | sim_subscribe      | ["ticks"]     | sim_subscribe        |
      | eth_newBlockFilter | []            | eth_getBlockByNumber |

  @ws:27 @weir
  Scenario: What is not answered within shutdown_grace_ms does not keep weir
    Given WebSocket nodes "a" and "b"
    And the EL of "a" has the fault hang {"match":"eth_getBalance"}
    And the EL of "b" has the fault hang {"match":"eth_getBalance"}
    And the setting server.shutdown_grace_ms = 500
    When weir runs
    And "alice" connects
    And "alice" sends 1 different reads
    Then all 1 reads of "alice" have reached "a"
    When I send weir SIGTERM
    Then "alice" is closed with 1001
    And weir ends with exit code 0

  @ws:27 @weir
  Scenario: At shutdown a client that reads slowly gets its whole answer, then 1001
    Given WebSocket nodes "a" and "b"
    And the setting server.shutdown_grace_ms = 20000
    When weir runs
    And "alice" connects
    And "alice" reads slowly
    And "alice" sends sim_bytes with [24000000] as "the answer"
    Then the call sim_bytes has reached "a"
    And the metric ws_calls_in_flight is 0
    When I send weir SIGTERM
    Then "the answer" is answered with a string of 24 MB
    And "alice" is closed with 1001
    And weir ends with exit code 0

  @ws:27 @weir
  Scenario: One that reads too slowly for shutdown_grace_ms does not keep weir
    Given WebSocket nodes "a" and "b"
    And the setting server.shutdown_grace_ms = 3000
    When weir runs
    And "alice" connects
    And "alice" reads slowly
    And "alice" sends sim_bytes with [64000000] as "the answer"
    Then the call sim_bytes has reached "a"
    And the metric ws_calls_in_flight is 0
    When I send weir SIGTERM
    Then weir ends with exit code 0

  @ws:28
  Scenario: A thousand idle sessions on one subscription need one upstream subscription
    Given WebSocket nodes "a" and "b"
    When weir runs
    And the upstream subscriptions are counted
    And 1000 WebSocket clients connect
    And all clients subscribe to newHeads
    Then the nodes have at most 1 subscription more than then
    And "a" has seen eth_subscribe at most 2 times
    When 1 block comes
    Then each of the clients has got 1 block within 2000 ms
    When "a" is lost by SIGKILL
    And 1 block comes
    Then each of the clients has got 2 blocks within 5000 ms
