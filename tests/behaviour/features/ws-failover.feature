@websocket
Feature: Subscriptions move to another node at once and come back

  # spec: websocket.md, Failover and return, lines 18 to 21; issue 3 "It must show"

  Background:
    Given the setting health_check_timeout_ms = 500
    And the setting proxy_timeout_ms = 4000

  @ws:18
  Scenario Outline: A lost socket is replaced at once and not at the next health check (<way>)
    Given WebSocket nodes "a" and "b" with a block every 50 ms
    And the setting health_check_interval_ms = 8000
    And the setting ws_ping_interval_ms = 8000
    When weir runs
    And "alice" connects
    And "alice" subscribes to newHeads
    And "alice" subscribes to logs with {}
    And blocks come until "alice" has got 2 more of them
    And "a" is lost by <way>
    And blocks come until "alice" has got 2 more of them
    Then each block after the loss came within 1000 ms of its announcement
    And "alice" has got everything, once and in order

    Examples:
      | way            |
      | SIGKILL        |
      | a socket reset |

  @ws:18
  Scenario Outline: A silent node is noticed within two ping intervals (<way>)
    Given WebSocket nodes "a" and "b" with a block every 100 ms
    And the setting health_check_interval_ms = 8000
    And the setting health_check_timeout_ms = 8000
    And the setting ws_ping_interval_ms = 500
    When weir runs
    And "alice" connects
    And "alice" subscribes to newHeads
    And "alice" subscribes to logs with {}
    And blocks come until "alice" has got 2 more of them
    And "a" is lost by <way>
    And blocks come until "alice" has got 3 more of them
    Then each block after the loss came within 1100 ms of its announcement
    And "alice" has got everything, once and in order

    Examples:
      | way      |
      | SIGSTOP  |
      | deafness |

  @ws:18
  Scenario Outline: A node whose head stands still while others move is left, though its socket lives (<way>)
    Given WebSocket nodes "a" and "b" with a block every 100 ms
    And the setting ws_ping_interval_ms = 500
    When weir runs
    And "alice" connects
    And "alice" subscribes to newHeads
    And "alice" subscribes to logs with {}
    And blocks come until "alice" has got 2 more of them
    And "a" is lost by <way>
    And blocks come until "alice" has got 3 more of them
    Then each block after the loss came within 2500 ms of its announcement
    And "alice" has got everything, once and in order

    Examples:
      | way     |
      | silence |
      | lag     |

  @ws:18 @show:gap
  Scenario: From the kill of a node to the first event of the next: less than 100 ms in the median
    Given WebSocket nodes "a" and "b" with a block every 40 ms
    And the setting ws_ping_interval_ms = 1000
    When weir runs
    And "alice" connects
    And "alice" subscribes to newHeads
    And "alice" subscribes to logs with {}
    And the nodes "a" and "b" are lost in turn by SIGKILL, 6 times in all
    Then the median gap is less than 100 ms
    And "alice" has got everything, once and in order

  @ws:18 @show:gap
  Scenario: From the stop of a node to the first event of the next: less than two ping intervals
    Given WebSocket nodes "a" and "b" with a block every 40 ms
    And the setting ws_ping_interval_ms = 500
    When weir runs
    And "alice" connects
    And "alice" subscribes to newHeads
    And the nodes "a" and "b" are lost in turn by SIGSTOP, 4 times in all
    Then the median gap is less than 1000 ms
    And no gap is longer than 1200 ms
    And "alice" has got everything, once and in order

  @ws:19
  Scenario Outline: Back to the primary within two health intervals of its fitness, after <way>
    Given WebSocket nodes "a" with a block every 50 ms
    And a WebSocket backup "b"
    And the setting health_check_interval_ms = 300
    And the setting ws_ping_interval_ms = 400
    When weir runs
    And "alice" connects
    And "alice" subscribes to newHeads
    And "alice" subscribes to logs with {}
    Then subscriptions come from "a"
    When "a" is lost by <way>
    Then subscriptions come from "b"
    When blocks come until "alice" has got 2 more of them
    And "a" comes back after <way>
    Then "a" is fit
    And within two health intervals subscriptions come from "a"
    When blocks come until "alice" has got 2 more of them
    Then "alice" has got everything, once and in order

    Examples:
      | way     |
      | SIGKILL |
      | SIGSTOP |
      | lag     |

  @ws:19
  Scenario: Back within two health intervals also after an outage of several seconds
    Given WebSocket nodes "a" with a block every 50 ms
    And a WebSocket backup "b"
    And the setting health_check_interval_ms = 300
    And the setting ws_ping_interval_ms = 400
    When weir runs
    And "alice" connects
    And "alice" subscribes to newHeads
    And "alice" subscribes to logs with {}
    And "a" is lost by SIGKILL
    And blocks come until "alice" has got 90 more of them
    And "a" is started again
    Then "a" is fit
    And within two health intervals subscriptions come from "a"
    When blocks come until "alice" has got 2 more of them
    Then "alice" has got everything, once and in order

  @ws:19
  Scenario: A node that flaps does not drag the subscriptions back and forth
    Given WebSocket nodes "a" and "b" with a block every 50 ms
    And the setting ws_ping_interval_ms = 400
    When weir runs
    And "alice" connects
    And "alice" subscribes to newHeads
    And "alice" subscribes to logs with {}
    Then subscriptions come from "a"
    When the moves of subscriptions are counted
    And "a" goes up and down 5 times within a second
    And "a" goes up and down 5 times within a second
    And "a" goes up and down 5 times within a second
    And blocks come until "alice" has got 2 more of them
    Then subscriptions moved at most 6 times since
    And "alice" has got everything, once and in order

  @ws:20
  Scenario Outline: A node on which the connection fails is passed over for the next (<fault>)
    Given WebSocket nodes "a" and "b" and "c" with a block every 50 ms
    And the setting ws_ping_interval_ms = 400
    And the WebSocket of "b" has the fault <fault>
    When weir runs
    And "alice" connects
    And "alice" subscribes to newHeads
    And "alice" subscribes to logs with {}
    And blocks come until "alice" has got 2 more of them
    And "a" is lost by SIGKILL
    And blocks come until "alice" has got 20 more of them
    Then "alice" is still connected
    And "alice" has got everything, once and in order

    Examples:
      | fault                                                                           |
      | refuse                                                                          |
      | http_status {"status":403,"match":"upgrade"}                                    |
      | hang {"match":"upgrade"}                                                        |
      | reset_before_answer {"match":"upgrade"}                                         |
      | rpc_error {"match":"eth_subscribe","code":-32601,"message":"method not found"}  |
      | hang {"match":"eth_subscribe"}                                                  |

  @ws:20 @weir
  Scenario: A node that cannot be connected to is tried again with backoff
    Given WebSocket nodes "a" and "b" with a block every 50 ms
    And the setting ws_ping_interval_ms = 400
    And the WebSocket of "b" has the fault http_status {"status":503,"match":"upgrade"}
    When weir runs
    And "alice" connects
    And "alice" subscribes to newHeads
    And blocks come until "alice" has got 40 more of them
    Then "b" has been asked to upgrade at most 12 times
    When "b" is well again
    And "a" is lost by SIGKILL
    And blocks come until "alice" has got 5 more of them
    Then "alice" has got everything, once and in order

  @ws:20
  Scenario: No node at all for a while does not end a session
    Given WebSocket nodes "a" and "b" with a block every 50 ms
    And the setting ws_ping_interval_ms = 400
    When weir runs
    And "alice" connects
    And "alice" subscribes to newHeads
    And "alice" subscribes to logs with {}
    And blocks come until "alice" has got 2 more of them
    And "a" is killed
    And "b" is killed
    And 1 second passes without any node
    Then "alice" is still connected
    When "b" is started again
    And blocks come until "alice" has got 5 more of them
    Then "alice" has got everything, once and in order

  @ws:21
  Scenario Outline: The next node is lost too, while <when>
    Given WebSocket nodes "a" and "b" and "c" with a block every 50 ms
    And the setting ws_ping_interval_ms = 400
    And the WebSocket of "b" has the fault <fault>
    When weir runs
    And "alice" connects
    And "alice" subscribes to newHeads
    And "alice" subscribes to logs with {}
    And "alice" sends 10 different reads
    And blocks come until "alice" has got 2 more of them
    And "a" is lost by SIGKILL
    And "b" is lost by SIGKILL
    And "alice" sends 10 different reads as "more"
    And blocks come until "alice" has got 5 more of them
    Then each read of "alice, more" has its own answer
    And "alice" has got everything, once and in order

    Examples:
      | when                          | fault                                   |
      | its socket opens              | delay {"ms":300,"match":"upgrade"}      |
      | it is asked to subscribe      | delay {"ms":300,"match":"eth_subscribe"}|
      | the gap is fetched from it    | delay {"ms":300,"match":"eth_get"}      |

  @ws:21
  Scenario: Ten failovers in a row under load
    Given WebSocket nodes "a" and "b" and "c" with a block every 50 ms
    And the setting ws_ping_interval_ms = 400
    When weir runs
    And "alice" connects
    And "bob" connects
    And "carol" connects
    And "alice" subscribes to newHeads
    And "bob" subscribes to newHeads
    And "carol" subscribes to newHeads
    And "alice" subscribes to logs with {}
    And "bob" subscribes to the logs of one contract
    And 10 failovers follow one another under 200 reads per second
    Then each of at least 100 reads was answered once
    And every client has got everything, once and in order

  @ws:18 @weir
  Scenario: The metrics tell of sessions, messages and moves
    Given WebSocket nodes "a" and "b"
    When weir runs
    And "alice" connects
    And "alice" subscribes to newHeads
    And 2 blocks come
    Then "alice" has got everything, once and in order
    And subscriptions come from "a"
    And the metric ws_upstream_node of "a" is 1
    And the metric ws_upstream_node of "b" is 0
    And the metric ws_connections_total is 1
    And the metric ws_subscriptions_total is 1
    And the metric ws_messages_total with direction "downstream" is at least 3
    And the metric ws_messages_total with direction "upstream" is at least 1
    When the moves of subscriptions are counted
    And "a" is lost by SIGKILL
    Then subscriptions come from "b"
    And the metric ws_upstream_node of "a" is 0
    And subscriptions have moved 1 time since
    And the metric ws_link_open of "a" is 0
    And the metric ws_reconnections_total is 0
    When "a" is started again
    Then the metric ws_reconnections_total is 1
    And subscriptions come from "a"
    And subscriptions have moved 2 times since
    And the metric ws_link_open of "a" is 1
    And the metric ws_connections_total is 1
    And the metric ws_connections_active is 1
