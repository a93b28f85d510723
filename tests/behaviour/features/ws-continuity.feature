@websocket
Feature: Nothing is lost and nothing is doubled when a node goes away

  # spec: websocket.md, Nothing lost, nothing doubled, lines 10 to 17

  Background:
    Given the setting ws_ping_interval_ms = 400
    And the setting health_check_timeout_ms = 500
    And the setting proxy_timeout_ms = 4000

  @ws:10
  Scenario Outline: Requests in flight are answered by another node when theirs is lost by <way>
    Given WebSocket nodes "a" and "b"
    And the EL of "a" has the fault hang {"match":"eth_getBalance"}
    When weir runs
    And "alice" connects
    And "alice" sends 20 different reads
    And "a" is lost by <way>
    Then each read of "alice" has its own answer

    Examples:
      | way     |
      | SIGKILL |
      | SIGSTOP |

  @ws:10
  Scenario: Requests in flight are answered by their node when only its WebSocket is reset
    Given WebSocket nodes "a" and "b"
    And the EL of "a" has the fault delay {"ms":300,"match":"eth_getBalance"}
    When weir runs
    And "alice" connects
    And "alice" sends 20 different reads
    And "a" is lost by a socket reset
    Then each read of "alice" has its own answer

  @ws:10 @weir
  Scenario Outline: A request that must not run twice gets an error with its id when its node is lost by <way>
    Given WebSocket nodes "a" and "b"
    And the EL of "a" has the fault hang {"match":"eth_sendTransaction"}
    When weir runs
    And "alice" connects
    And "alice" sends eth_sendTransaction with [{"from":"0x0000000000000000000000000000000000000001"}] as "the payment"
    And the call eth_sendTransaction has reached "a"
    And "a" is lost by <way>
    Then "the payment" is answered with the error -32603
    And "b" has seen eth_sendTransaction 0 times
    And "alice" is still connected

    Examples:
      | way     |
      | SIGKILL |
      | SIGSTOP |

  @ws:11 @weir
  Scenario: Requests sent while no node is reachable wait until one is
    Given WebSocket nodes "a" and "b"
    When weir runs
    And "alice" connects
    And "a" is killed
    And "b" is killed
    Then "a" is unfit because of "refused"
    And "b" is unfit because of "refused"
    When "alice" sends 30 different reads
    Then 30 reads of "alice" are still waiting
    When "b" is started again
    Then each read of "alice" has its own answer
    And "alice" is still connected

  @ws:11 @weir
  Scenario: What waits beyond ws_queue_max_messages gets an error at once, and what came first is kept
    Given WebSocket nodes "a" and "b"
    And the setting ws_queue_max_messages = 5
    When weir runs
    And "alice" connects
    And "a" is killed
    And "b" is killed
    Then "a" is unfit because of "refused"
    And "b" is unfit because of "refused"
    When "alice" sends 5 different reads
    And "alice" sends eth_chainId as "one too many"
    Then "one too many" is answered with the error -32603
    And 5 reads of "alice" are still waiting
    When "a" is started again
    Then each read of "alice" has its own answer

  @ws:11 @weir
  Scenario: What waits beyond ws_queue_max_bytes gets an error at once
    Given WebSocket nodes "a" and "b"
    And the setting ws_queue_max_bytes = 2000
    When weir runs
    And "alice" connects
    And "a" is killed
    And "b" is killed
    Then "a" is unfit because of "refused"
    And "b" is unfit because of "refused"
    When "alice" sends 5 different reads
    And "alice" sends a call of 3000 bytes
    Then the reply has the error -32603
    And 5 reads of "alice" are still waiting
    When "a" is started again
    Then each read of "alice" has its own answer

  @ws:11 @weir
  Scenario: What waits longer than ws_queue_timeout_ms gets an error with its id, in order, and the session stays
    Given WebSocket nodes "a" and "b"
    And the setting ws_queue_timeout_ms = 500
    When weir runs
    And "alice" connects
    And "alice" subscribes to newHeads
    And "a" is killed
    And "b" is killed
    Then "a" is unfit because of "refused"
    And "b" is unfit because of "refused"
    When "alice" sends eth_chainId as "first"
    And "alice" sends {"jsonrpc":"2.0","id":"the second","method":"eth_gasPrice"} as "second"
    Then "first" is answered with the error -32603
    And "second" is answered with the error -32603
    And the answer to "first" came before the answer to "second"
    And "alice" is still connected
    When "a" is started again
    Then "a" is fit
    When "alice" calls eth_chainId
    Then the reply has the result "0x1"
    When 2 blocks come
    Then "alice" has got everything, once and in order

  @ws:12 @ws:14
  Scenario Outline: Heads and logs are whole when the node is lost by <way>
    Given WebSocket nodes "a" and "b"
    When weir runs
    And "alice" connects
    And "bob" connects
    And "alice" subscribes to newHeads
    And "alice" subscribes to logs with {}
    And "bob" subscribes to the logs of one contract
    And 3 blocks come
    And "a" is lost by <way>
    And 5 blocks come
    And blocks come until "alice" has got 1 more of them
    Then every client has got everything, once and in order
    And after 2 more blocks every client has got everything, once and in order

    Examples:
      | way            |
      | SIGKILL        |
      | a socket reset |
      | SIGSTOP        |
      | lag            |
      | silence        |
      | deafness       |
      | draining       |
      | its return     |

  @ws:12 @ws:14
  Scenario: Blocks that came while no node could be reached are fetched
    Given WebSocket nodes "a" and "b"
    When weir runs
    And "alice" connects
    And "alice" subscribes to newHeads
    And "alice" subscribes to logs with {}
    And 2 blocks come
    And "a" is killed
    And "b" is killed
    And 30 blocks come
    And "b" is started again
    Then "alice" has got everything, once and in order
    And after 2 more blocks every client has got everything, once and in order

  @ws:12 @ws:14
  Scenario: Each of several blocks at once is told
    Given WebSocket nodes "a" and "b"
    When weir runs
    And "alice" connects
    And "alice" subscribes to newHeads
    And "alice" subscribes to logs with {}
    And 40 blocks come at once
    Then "alice" has got everything, once and in order

  @ws:12 @weir
  Scenario: A node that tells each event twice is not imitated
    Given WebSocket nodes "a" and "b"
    And the WebSocket of "a" has the fault duplicate_events
    When weir runs
    And "alice" connects
    And "alice" subscribes to newHeads
    And "alice" subscribes to logs with {}
    And "alice" subscribes to newPendingTransactions
    And 3 blocks come
    Then "alice" has got everything, once and in order
    When "a" is lost by SIGKILL
    Then after 2 more blocks every client has got everything, once and in order

  @ws:12 @ws:14
  Scenario: Nodes without ws_url are polled, and their clients see no difference
    Given WebSocket nodes "a" and "b"
    And "a" has no ws_url
    And "b" has no ws_url
    And the setting ws_poll_interval_ms = 50
    When weir runs
    And "alice" connects
    And "alice" subscribes to newHeads
    And "alice" subscribes to logs with {}
    And "alice" subscribes to newPendingTransactions
    And 3 blocks come
    Then "alice" has got everything, once and in order
    When "a" is lost by SIGKILL
    And 3 blocks come
    Then "alice" has got everything, once and in order
    When the chain is reorganised 2 blocks deep
    And 1 block comes
    Then "alice" has got everything, once and in order

  @ws:13 @ws:14
  Scenario: A reorganisation without any failure is told as the node tells it
    Given WebSocket nodes "a" and "b"
    When weir runs
    And "alice" connects
    And "alice" subscribes to newHeads
    And "alice" subscribes to logs with {}
    And 5 blocks come
    And the chain is reorganised 3 blocks deep
    And 2 blocks come
    Then "alice" has got everything, once and in order
    And "alice" was told of a reorganisation

  @ws:13 @ws:14
  Scenario Outline: A reorganisation while the node is lost by <way> is told from the common ancestor on
    Given WebSocket nodes "a" and "b"
    When weir runs
    And "alice" connects
    And "bob" connects
    And "alice" subscribes to newHeads
    And "alice" subscribes to logs with {}
    And "bob" subscribes to the logs of one contract
    And 6 blocks come
    Then every client has got everything, once and in order
    When "a" is lost by <way>
    And the chain is reorganised 4 blocks deep
    And 2 blocks come
    And blocks come until "alice" has got 1 more of them
    Then every client has got everything, once and in order
    And "alice" was told of a reorganisation
    And after 2 more blocks every client has got everything, once and in order

    Examples:
      | way            |
      | SIGKILL        |
      | a socket reset |
      | SIGSTOP        |
      | silence        |
      | deafness       |
      | draining       |

  @ws:13 @ws:14
  Scenario: A reorganisation while no node could be reached is told from the common ancestor on
    Given WebSocket nodes "a" and "b"
    When weir runs
    And "alice" connects
    And "alice" subscribes to newHeads
    And "alice" subscribes to logs with {}
    And 6 blocks come
    Then "alice" has got everything, once and in order
    When "a" is killed
    And "b" is killed
    And the chain is reorganised 3 blocks deep
    And 4 blocks come
    And "b" is started again
    Then "alice" has got everything, once and in order
    And "alice" was told of a reorganisation
    And after 2 more blocks every client has got everything, once and in order

  @ws:14
  Scenario Outline: More filters than logs_feed_max_filters, and the node is lost by <way>
    Given WebSocket nodes "a" and "b"
    And the setting logs_feed_max_filters = 3
    When weir runs
    And 12 WebSocket clients connect
    And all clients subscribe to the logs of contracts of their own choice
    And 4 blocks come
    And "a" is lost by <way>
    And 4 blocks come
    And the chain is reorganised 2 blocks deep
    And 1 block comes
    Then every client has got everything, once and in order

    Examples:
      | way     |
      | SIGKILL |
      | SIGSTOP |

  @ws:15
  Scenario Outline: No pending transaction is told twice when the node is lost by <way>
    Given WebSocket nodes "a" and "b"
    When weir runs
    And "alice" connects
    And "alice" subscribes to newPendingTransactions
    And 2 blocks come
    And all nodes hear of the transaction 0x01
    And all nodes hear of the transaction 0x02
    And all nodes hear of the transaction 0x03
    Then "alice" is told of the pending transactions 0x01, 0x02 and 0x03, once each
    When "a" is lost by <way>
    And all nodes hear again of the transactions 0x01, 0x02 and 0x03
    Then "alice" is told of new pending transactions, and of none twice

    Examples:
      | way            |
      | SIGKILL        |
      | a socket reset |
      | draining       |

  @ws:16
  Scenario Outline: The state of syncing is not told again when the node is lost by <way>
    Given WebSocket nodes "a" and "b"
    When weir runs
    And "alice" connects
    And "alice" subscribes to syncing
    And "alice" subscribes to newHeads
    And "a" is lost by <way>
    And blocks come until "alice" has got 2 more of them
    Then "alice" has been told of no change of syncing

    Examples:
      | way            |
      | SIGKILL        |
      | a socket reset |
      | draining       |

  @ws:16 @weir
  Scenario: A node that begins to sync is left, and the client is told at most once of it and once of its end
    Given WebSocket nodes "a" and "b"
    When weir runs
    And "alice" connects
    And "alice" subscribes to syncing
    And "alice" subscribes to newHeads
    And the EL of "a" gets the fault syncing
    Then subscriptions come from "b"
    When blocks come until "alice" has got 2 more of them
    Then the last that "alice" knows is that nobody syncs

  @ws:17 @weir
  Scenario: A gap within backfill_max_blocks is filled
    Given WebSocket nodes "a" and "b"
    And the setting backfill_max_blocks = 8
    When weir runs
    And "alice" connects
    And "alice" subscribes to newHeads
    And "alice" subscribes to logs with {}
    And 2 blocks come
    Then "alice" has got everything, once and in order
    When "a" is killed
    And "b" is killed
    And 8 blocks come
    And "b" is started again
    Then "alice" has got everything, once and in order

  @ws:17 @weir
  Scenario: Past backfill_max_blocks the session is closed with 1013 and a reason, and nobody else's
    Given WebSocket nodes "a" and "b"
    And the setting backfill_max_blocks = 8
    When weir runs
    And "alice" connects
    And "bob" connects
    And "carol" connects
    And "alice" subscribes to newHeads
    And "bob" subscribes to logs with {}
    And 2 blocks come
    Then "alice" has got everything, once and in order
    And "bob" has got everything, once and in order
    When "a" is killed
    And "b" is killed
    And 20 blocks come
    And "b" is started again
    Then "alice" is closed with 1013 and a reason
    And "bob" is closed with 1013 and a reason
    And "carol" is still connected
    And "b" is fit
    When "dave" connects
    And "dave" subscribes to newHeads
    And 2 blocks come
    Then "dave" has got everything, once and in order
