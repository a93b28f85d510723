@websocket
Feature: A client of /el/ws cannot tell weir from a node

  # spec: websocket.md, Transparency, lines 1 to 9

  Background:
    Given the setting ws_ping_interval_ms = 400
    And the setting health_check_timeout_ms = 500
    And the setting proxy_timeout_ms = 6000

  @ws:1
  Scenario: Subscription ids look like a node's and none comes twice
    Given WebSocket nodes "a" and "b"
    When weir runs
    And "alice" connects
    And "bob" connects
    And "alice" subscribes to newHeads as "one"
    And "alice" subscribes to newHeads as "two"
    And "alice" subscribes to logs with {}
    And "bob" subscribes to newHeads
    And "bob" subscribes to syncing
    And "bob" subscribes to newPendingTransactions
    And "alice" subscribes 100 times to newHeads and unsubscribes each time
    Then the subscription ids of all clients look like a node's and all differ

  @ws:1 @ws:2
  Scenario Outline: Ids stay and no message of weir's own is seen when the node is lost by <way>
    Given WebSocket nodes "a" and "b"
    When weir runs
    And "alice" connects
    And "idle" connects
    And "alice" subscribes to newHeads
    And "alice" subscribes to logs with {}
    And "alice" subscribes to newPendingTransactions
    And 2 blocks come
    And "a" is lost by <way>
    And blocks come until "alice" has got 2 more of them
    Then "alice" has got everything, once and in order
    And "idle" has got no message at all
    And the subscription ids look like a node's and all differ

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

  @ws:3
  Scenario Outline: The id <id> comes back as it was written
    Given WebSocket nodes "a" and "b"
    When weir runs
    And "alice" connects
    And "alice" sends the text {"jsonrpc":"2.0","id":<id>,"method":"eth_chainId","params":[]}
    Then the reply's id is written <id>
    And the reply has the result "0x1"
    When "alice" sends the text {"id": <id> , "params":["newHeads"],"method":"eth_subscribe","jsonrpc":"2.0"}
    Then the reply's id is written <id>
    When "alice" sends the text {"jsonrpc":"2.0","method":"eth_nothing","id":<id>}
    Then the reply's id is written <id>
    And the reply has the error -32601

    Examples:
      | id                   |
      | 0                    |
      | 1                    |
      | -7                   |
      | 1.50                 |
      | 1e3                  |
      | 12345678901234567890 |
      | "1"                  |
      | "a \"b\" \u00e9 ö"   |
      | ""                   |
      | null                 |

  @ws:3
  Scenario: Two requests in flight with the same id get two answers
    Given WebSocket nodes "a" and "b"
    And the EL of "a" has the fault delay {"ms":200,"match":"eth_getBalance"}
    When weir runs
    And "alice" connects
    And "alice" sends 3 different reads with the id 7 each
    Then the answers to the id 7 are those to the reads, one each

  @ws:4
  Scenario Outline: eth_unsubscribe works before, during and after the loss of a node by <way>
    Given WebSocket nodes "a" and "b"
    When weir runs
    And "alice" connects
    And "alice" subscribes to newHeads
    And "alice" subscribes to newHeads as "first"
    And "alice" subscribes to newHeads as "second"
    And "alice" subscribes to newHeads as "third"
    And "alice" unsubscribes from first
    And 1 block comes
    And "a" is lost by <way>
    And "alice" unsubscribes from second
    And blocks come until "alice" has got 2 more of them
    And "alice" unsubscribes from third
    And "alice" unsubscribes from the id of third of "alice"
    Then the reply has the error -32000 "subscription not found"
    When 2 blocks come
    Then "alice" has got everything, once and in order
    When "alice" unsubscribes from newHeads
    And the messages of "alice" are counted
    And 2 blocks come
    And "alice" calls eth_chainId
    And "alice" unsubscribes from the id of newHeads of "alice"
    Then the reply has the error -32000 "subscription not found"

    Examples:
      | way            |
      | SIGKILL        |
      | a socket reset |
      | SIGSTOP        |
      | lag            |
      | draining       |
      | its return     |

  @ws:4
  Scenario: eth_unsubscribe is answered while no node is there
    Given WebSocket node "a"
    When weir runs
    And "alice" connects
    And "alice" subscribes to newHeads
    And "alice" subscribes to logs with {}
    And 1 block comes
    And "a" is killed
    And "alice" unsubscribes from newHeads
    And "a" is started again
    And 2 blocks come
    Then "alice" has got everything, once and in order

  @ws:4
  Scenario: Nobody can end another's subscription, and an unknown id is the node's kind of error
    Given WebSocket nodes "a" and "b"
    When weir runs
    And "alice" connects
    And "bob" connects
    And "alice" subscribes to newHeads
    And "bob" unsubscribes from the id of newHeads of "alice"
    Then the reply has the error -32000 "subscription not found"
    When "bob" unsubscribes from the id 0x00000000000000000000000000000001
    Then the reply has the error -32000 "subscription not found"
    When 2 blocks come
    Then "alice" has got everything, once and in order

  @ws:5
  Scenario: No event comes before the answer that names its subscription, however fast the blocks
    Given WebSocket nodes "a" and "b" with a block every 10 ms
    When weir runs
    And "alice" connects
    And "alice" subscribes 50 times to newHeads and unsubscribes each time
    And "alice" subscribes to newHeads
    Then "alice" has got everything, once and in order

  @ws:5 @weir
  Scenario: A node that sends events before its answer is not imitated
    Given WebSocket nodes "a" and "b"
    And the WebSocket of "a" has the fault early_events
    And the WebSocket of "b" has the fault early_events
    When weir runs
    And "alice" connects
    And "alice" subscribes to newHeads
    And "alice" subscribes to ticks of the namespace sim
    And 2 blocks come
    Then "alice" has got everything, once and in order

  @ws:6
  Scenario: eth_subscribe works inside a batch
    Given WebSocket nodes "a" and "b"
    When weir runs
    And "alice" connects
    And "alice" sends a batch of
      | eth_chainId     |                                                           |
      | eth_subscribe   | ["newHeads"]                                              |
      | eth_subscribe   | ["nothing"]                                               |
      | eth_unsubscribe | ["0x00000000000000000000000000000001"]                    |
      | eth_gasPrice    |                                                           |
    Then the batch is one array with the answers ["0x1","id",-32601,-32000,"0x3b9aca00"]
    When "alice" keeps the batch's 2nd answer as the subscription "newHeads"
    And 2 blocks come
    And "a" is lost by SIGKILL
    And 2 blocks come
    Then "alice" has got everything, once and in order

  @ws:6
  Scenario Outline: A batch in flight gets one array when its node is lost by <way>
    Given WebSocket nodes "a" and "b"
    And the EL of "a" has the fault hang {"match":"eth_getTransactionCount"}
    When weir runs
    And "alice" connects
    And "alice" sends a batch of
      | eth_chainId             |                                                       |
      | eth_getTransactionCount | ["0x0000000000000000000000000000000000000001","0x63"] |
      | eth_subscribe           | ["newHeads"]                                          |
      | eth_getTransactionCount | ["0x0000000000000000000000000000000000000001","0x64"] |
    And "a" is lost by <way>
    Then the batch is one array with the answers ["0x1","0x63","id","0x64"]

    Examples:
      | way     |
      | SIGKILL |
      | SIGSTOP |

  @ws:7
  Scenario Outline: <kind> messages are understood and answered by text
    Given WebSocket nodes "a" and "b"
    When weir runs
    And "alice" connects
    And "alice" subscribes to newHeads
    And "alice" sends a call as <kind> message
    Then it is answered by text with the result "0x1"
    When 2 blocks come
    Then "alice" has got everything, once and in order

    Examples:
      | kind                                   |
      | text                                   |
      | binary                                 |
      | fragmented text                        |
      | fragmented binary                      |
      | fragmented text with pings in between  |
      | byte for byte fragmented               |

  @ws:7
  Scenario: Compression is negotiated when it is switched on and the client offers it
    Given WebSocket nodes "a" and "b"
    And the setting ws_compression = true
    When weir runs
    And "alice" connects and offers compression
    Then compression was agreed on
    When "alice" sends a call as text message
    Then it is answered by text with the result "0x1"
    When "alice" sends a call as fragmented text message
    Then it is answered by text with the result "0x1"
    When "alice" subscribes to newHeads
    And 2 blocks come
    And "a" is lost by SIGKILL
    And 2 blocks come
    Then "alice" has got everything, once and in order
    When "bob" connects
    And "bob" sends a call as text message
    Then it is answered by text with the result "0x1"

  @ws:7 @weir
  Scenario: Compression is not agreed on by default, and a client that offers it is served
    Given WebSocket nodes "a" and "b"
    When weir runs
    And "alice" connects and offers compression
    Then no compression was agreed on
    When "alice" sends a call as text message
    Then it is answered by text with the result "0x1"

  @ws:8
  Scenario Outline: A kind that weir does not know goes on after the loss of its node by <way>, without what lay between
    Given WebSocket nodes "a" and "b"
    When weir runs
    And "alice" connects
    And "alice" subscribes to ticks of the namespace sim
    And "alice" subscribes to newHeads
    And 2 blocks come
    And "a" is lost by <way>
    And blocks come until "alice" has got 2 more of them
    Then ticks come to "alice", in order and none twice
    When "alice" unsubscribes from ticks
    And 2 blocks come
    Then "alice" has got everything, once and in order

    Examples:
      | way            |
      | SIGKILL        |
      | a socket reset |
      | deafness       |
      | draining       |

  @ws:8
  Scenario: A kind that no node knows is refused with the node's words
    Given WebSocket nodes "a" and "b"
    When weir runs
    And "alice" connects
    And "alice" calls sim_subscribe with ["nothing"]
    Then the reply's error is the node's own
    When "alice" calls debug_subscribe with ["traceChain"]
    Then the reply has the error -32601

  @ws:9
  Scenario Outline: Clients that use the same small ids get their own answers while the node is lost by <way>
    Given WebSocket nodes "a" and "b"
    And the EL of "a" has the fault delay {"ms":150,"match":"eth_getBalance"}
    When weir runs
    And "alice" connects
    And "bob" connects
    And "carol" connects
    And each of "alice, bob, carol" sends 40 different reads with the ids from 1 on
    And "a" is lost by <way>
    Then each read of "alice, bob, carol" has its own answer
    When each of "carol, bob, alice" sends 40 different reads with the ids from 1 on
    Then each read of "alice, bob, carol" has its own answer

    Examples:
      | way            |
      | SIGKILL        |
      | a socket reset |
      | SIGSTOP        |
