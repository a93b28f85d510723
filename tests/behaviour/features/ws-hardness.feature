@websocket
Feature: Nodes that lie, stammer and fail half way

  # spec: websocket.md, lines 10 to 21, at their edges; DESIGN.md, promise 2: no node can talk the others out of service

  Background:
    Given the setting ws_ping_interval_ms = 400
    And the setting health_check_timeout_ms = 500
    And the setting proxy_timeout_ms = 3000

  @ws:12 @ws:14 @ws:20
  Scenario Outline: The gap cannot be fetched from the next node (<fault>), so it is fetched from another
    Given WebSocket nodes "a" and "b" and "c"
    When weir runs
    And "alice" connects
    And "alice" subscribes to newHeads
    And "alice" subscribes to logs with {}
    And 3 blocks come
    Then "alice" has got everything, once and in order
    When "a" is killed
    And "b" is killed
    And "c" is killed
    And 6 blocks come
    And "b" is started again with the fault <fault>
    Then subscriptions come from "b"
    When "c" is started again
    Then "alice" has got everything, once and in order
    And after 2 more blocks every client has got everything, once and in order

    Examples:
      | fault                                                                                |
      | hang {"match":"eth_getBlockBy"}                                                      |
      | rpc_error {"match":"eth_getBlockBy","code":-32000,"message":"header not found"}      |
      | null_result {"match":"eth_getBlockBy"}                                               |
      | not_json {"match":"eth_getBlockBy"}                                                  |
      | hang {"match":"eth_getLogs"}                                                         |
      | rpc_error {"match":"eth_getLogs","code":-32005,"message":"query returned more than 10000 results"} |
      | null_result {"match":"eth_getLogs"}                                                  |
      | not_json {"match":"eth_getLogs"}                                                     |

  @ws:20
  Scenario Outline: A node that answers eth_subscribe with nonsense (<fault>) is passed over
    Given WebSocket nodes "a" and "b" and "c"
    And the WebSocket of "b" has the fault <fault>
    When weir runs
    And "alice" connects
    And "alice" subscribes to newHeads
    And "alice" subscribes to logs with {}
    And "alice" subscribes to ticks of the namespace sim
    And 2 blocks come
    And "a" is lost by SIGKILL
    And 2 blocks come
    Then "alice" has got everything, once and in order
    And ticks come to "alice", in order and none twice

    Examples:
      | fault                             |
      | not_json {"match":"_subscribe"}   |
      | null_result {"match":"_subscribe"}|
      | truncate {"match":"_subscribe"}   |

  @ws:18 @ws:20
  Scenario Outline: A node whose WebSocket was <fault> from the start does not hold up those who come to it
    Given WebSocket nodes "a" and "b" and "c"
    And the WebSocket of "b" has the fault <fault>
    When weir runs
    And "alice" connects
    And "alice" subscribes to newHeads
    And "alice" subscribes to logs with {}
    And 2 blocks come
    Then "alice" has got everything, once and in order
    When "a" is lost by SIGKILL
    And 2 blocks come
    Then "alice" has got everything, once and in order
    And after 2 more blocks every client has got everything, once and in order

    Examples:
      | fault                             |
      | hang {"match":"eth_subscription"} |
      | deaf                              |
      | freeze                            |

  @ws:12 @ws:17
  Scenario Outline: A node that announces a block far ahead (<blocks> blocks) does not take the clients along
    Given WebSocket nodes "a" and "b" and "c"
    And the setting health_check_interval_ms = 1000
    When weir runs
    And "alice" connects
    And "alice" subscribes to newHeads
    And "alice" subscribes to logs with {}
    And 2 blocks come
    Then "alice" has got everything, once and in order
    When the EL of "a" gets the fault lie {"ahead":<blocks>}
    And 3 blocks come
    Then "alice" is still connected
    And "alice" has got everything, once and in order
    And after 3 more blocks every client has got everything, once and in order

    Examples:
      | blocks |
      | 100    |
      | 1000   |

  @ws:12 @ws:14 @ws:15
  Scenario Outline: Only one of the nodes has a ws_url (not "<polled>"), and "a" is lost by <way>
    Given WebSocket nodes "a" and "b"
    And "<polled>" has no ws_url
    And the setting ws_poll_interval_ms = 50
    When weir runs
    And "alice" connects
    And "alice" subscribes to newHeads
    And "alice" subscribes to logs with {}
    And "alice" subscribes to newPendingTransactions
    And 3 blocks come
    And "a" is lost by <way>
    And 3 blocks come
    And the chain is reorganised 2 blocks deep
    And blocks come until "alice" has got 2 more of them
    Then "alice" has got everything, once and in order
    And "alice" is told of new pending transactions, and of none twice

    Examples:
      | polled | way        |
      | a      | SIGKILL    |
      | a      | SIGSTOP    |
      | a      | its return |
      | a      | lag        |
      | b      | SIGKILL    |
      | b      | SIGSTOP    |
      | b      | its return |
      | b      | silence    |

  @ws:13
  Scenario: A reorganisation below the block at which a subscription began
    Given WebSocket nodes "a" and "b"
    When weir runs
    And "alice" connects
    And "alice" subscribes to newHeads
    And 1 block comes
    And the chain is reorganised 3 blocks deep
    And 1 block comes
    Then "alice" has got everything, once and in order

  @ws:13 @ws:14
  Scenario: Reorganisations one after another while nodes die one after another
    Given WebSocket nodes "a" and "b" and "c"
    When weir runs
    And "alice" connects
    And "alice" subscribes to newHeads
    And "alice" subscribes to logs with {}
    And 6 blocks come
    And the chain is reorganised 2 blocks deep
    And "a" is lost by SIGKILL
    And the chain is reorganised 3 blocks deep
    And 1 block comes
    And "b" is lost by SIGKILL
    And the chain is reorganised 1 block deep
    And 2 blocks come
    And "a" is started again
    And the chain is reorganised 2 blocks deep
    And "c" is lost by a socket reset
    And 2 blocks come
    Then "alice" has got everything, once and in order
    And after 2 more blocks every client has got everything, once and in order

  @ws:11
  Scenario: eth_subscribe while no node is reachable is answered, and its events come
    Given WebSocket nodes "a" and "b"
    When weir runs
    And "alice" connects
    And "bob" connects
    And "alice" subscribes to newHeads
    And 2 blocks come
    And "a" is killed
    And "b" is killed
    And "bob" sends eth_subscribe with ["newHeads"] as "bob's heads"
    And "bob" sends eth_subscribe with ["logs",{}] as "bob's logs"
    And "bob" sends sim_subscribe with ["ticks"] as "bob's ticks"
    And "b" is started again
    Then "bob's heads" is answered with a subscription
    And "bob's logs" is answered with a subscription
    And "bob's ticks" is answered with a subscription
    When 2 blocks come
    Then "alice" has got everything, once and in order
    And "bob" has got the last 2 blocks and their logs

  @ws:10
  Scenario Outline: eth_subscribe in flight when its node is lost by <way> is answered by another
    Given WebSocket nodes "a" and "b"
    And the EL of "a" has the fault hang {"match":"sim_subscribe"}
    When weir runs
    And "alice" connects
    And "alice" sends sim_subscribe with ["ticks"] as "the ticks"
    And the call sim_subscribe has perhaps reached "a"
    And "a" is lost by <way>
    Then "the ticks" is answered with a subscription

    Examples:
      | way            |
      | SIGKILL        |
      | a socket reset |
      | SIGSTOP        |

  @ws:15
  Scenario: Whole pending transactions go on too
    Given WebSocket nodes "a" and "b"
    When weir runs
    And "alice" connects
    And "alice" subscribes to newPendingTransactions with true
    And all nodes hear of the transaction 0x01
    And all nodes hear of the transaction 0x02
    And all nodes hear of the transaction 0x03
    Then "alice" is told of the pending transactions 0x01, 0x02 and 0x03, once each
    When "a" is lost by SIGKILL
    Then "alice" is told of new pending transactions, and of none twice

  @ws:28 @weir
  Scenario: The same filter in other words shares one upstream subscription
    Given WebSocket nodes "a" and "b"
    When weir runs
    And "alice" connects
    And "bob" connects
    And "alice" subscribes to logs with {"address":"0xABCDEF0000000000000000000000000000000001","topics":[]}
    And the upstream subscriptions are counted
    And "bob" subscribes to logs with {"topics":[],"address":["0xabcdef0000000000000000000000000000000001"]}
    And "bob" subscribes to logs with {"address":["0xabcdef0000000000000000000000000000000001"]} as "other"
    And 1 block comes
    Then the nodes have at most 0 subscriptions more than then
