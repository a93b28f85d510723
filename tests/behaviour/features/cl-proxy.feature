Feature: The Beacon API over HTTP

  # spec: beacon.md; the tags tell the line of it

  @beacon:1
  Scenario Outline: The path reaches the node byte for byte: <path>
    Given beacon nodes "a"
    When weir runs
    And I send GET <path>
    Then the node received the path <path>

    Examples:
      | path                               |
      | /eth/v1/beacon/genesis             |
      | /eth/v1/a%2Fb%20c%00d              |
      | /eth/v1/%e2%82%AC/%7e~             |
      | /eth/v1//double/                   |
      | /eth/v1/a;b=c,d@e:f!$&'()*+        |
      | /eth/v1/./beacon/../beacon/genesis |

  @beacon:1
  Scenario Outline: <url> is the node's root
    Given beacon nodes "a"
    When weir runs
    And I ask weir itself for <url>
    Then the node received the path /

    Examples:
      | url  |
      | /cl  |
      | /cl/ |

  @beacon:1
  Scenario Outline: Every method and query goes to the node as it came: <method>
    Given beacon nodes "a"
    When weir runs
    And I send <method> /sim/echo?topics=head&topics=block,%2C&empty=&flag&a=b?c/d
    Then the answer is 200
    And the node received the request <method> /sim/echo?topics=head&topics=block,%2C&empty=&flag&a=b?c/d

    Examples:
      | method   |
      | GET      |
      | POST     |
      | PUT      |
      | PATCH    |
      | DELETE   |
      | OPTIONS  |
      | PROPFIND |

  @beacon:1
  Scenario: End-to-end headers reach the node, repeated ones repeated, those of the connection not at all
    Given beacon nodes "a"
    When weir runs
    And I send GET /sim/echo with the headers
      | Accept                | application/octet-stream;q=1, application/json;q=0.9 |
      | Eth-Consensus-Version | deneb                                                |
      | X-Many                | one                                                  |
      | X-Many                | two                                                  |
      | Connection            | keep-alive, X-Mine                                   |
      | X-Mine                | of this connection                                   |
      | Keep-Alive            | timeout=9                                            |
      | TE                    | trailers                                             |
      | Proxy-Authorization   | Basic eA==                                           |
      | Authorization         | Bearer of the client                                 |
    Then the answer is 200
    And the node received the headers
      | Accept                | application/octet-stream;q=1, application/json;q=0.9 |
      | Eth-Consensus-Version | deneb                                                |
      | X-Many                | one                                                  |
      | X-Many                | two                                                  |
      | Authorization         | Bearer of the client                                 |
    And the node received none of the headers Keep-Alive, TE, Proxy-Authorization, X-Mine

  @beacon:1
  Scenario: The node's headers reach the client, repeated ones repeated, those of the connection not at all
    Given beacon nodes "a"
    And the CL of "a" has the fault http_status {"match": "genesis", "status": 203, "body": "of the node", "headers": [["Eth-Consensus-Version", "deneb"], ["Set-Cookie", "a=1"], ["Set-Cookie", "b=2"], ["Keep-Alive", "timeout=9"], ["Proxy-Authenticate", "Basic"]]}
    When weir runs
    And I send GET /eth/v1/beacon/genesis
    Then the answer is 203
    And the answer is exactly
      """
      of the node
      """
    And the answer has the headers
      | Eth-Consensus-Version | deneb |
      | Set-Cookie            | a=1   |
      | Set-Cookie            | b=2   |
    And the answer has no header Keep-Alive
    And the answer has no header Proxy-Authenticate

  @beacon:1
  Scenario: A node's own headers from the configuration go with every request to it
    Given beacon nodes "a"
    And the node "a" is configured with headers = {"Authorization": "Bearer of the operator", "X-Api-Key": "k1"}
    When weir runs
    And I send GET /sim/echo with the headers
      | Authorization | Bearer of the client |
    Then the node received the headers
      | Authorization | Bearer of the operator |
    And the node received the headers
      | X-Api-Key | k1 |

  @beacon:1
  Scenario Outline: A node whose URL has the path <path> is asked under it
    Given a hosted beacon node "hosted" at the path "<path>"
    When weir runs
    Then "hosted" is fit
    When I send GET /sim/echo?x=1
    Then the answer is 200
    And the node received the request GET /sim/echo?x=1
    And nothing came to it without the key
    And nothing that weir says holds "s3cret"

    Examples:
      | path            |
      | /v1/s3cret-key  |
      | /v1/s3cret-key/ |

  @beacon:1
  Scenario Outline: A path never climbs out of a node's prefix: <path>
    Given a hosted beacon node "hosted" at the path "/v1/s3cret-key"
    When weir runs
    And I send GET <path>
    Then the answer is 400 with the message "the path leads out of the Beacon API"
    And nothing came to it without the key

    Examples:
      | path                        |
      | /..                         |
      | /../other                   |
      | /eth/../../other            |
      | /eth/%2e%2E/%2E./other      |
      | /eth/v1/../../../status?x=1 |

  @beacon:1 @beacon:2
  Scenario: A JSON body arrives as it was sent
    Given beacon nodes "a"
    When weir runs
    And I send POST /sim/echo with the application/json body {"a": [1, 2,   3], "é": "\u0041"}
    Then the node received the body as it was sent
    And the node received the headers
      | Content-Type | application/json |

  @beacon:1 @beacon:2
  Scenario: An SSZ body arrives as it was sent
    Given beacon nodes "a"
    When weir runs
    And I send POST /sim/echo with 1000000 random bytes as application/octet-stream
    Then the node received the body as it was sent
    And the node received the headers
      | Content-Type          | application/octet-stream |
      | Eth-Consensus-Version | deneb                    |

  @beacon:2
  Scenario: 50 MB go up in chunks with less than 12 MB of memory
    # Of it 4 MiB, cl_replay_bytes, are held for another try.
    Given beacon nodes "a"
    And the setting max_body_size = "64MiB"
    When weir runs
    And I upload 50 MB in chunks
    Then the node received all 50 MB unchanged
    And weir needed less than 12 MB of memory for it

  @beacon:2
  Scenario: A state of 300 MB comes down with less than 2 MB of memory
    Given beacon nodes "a"
    When weir runs
    And I download a state of 300 MB
    Then I received exactly 300 MB
    And weir needed less than 2 MB of memory for it

  @beacon:2
  Scenario: A state of unknown length comes down in chunks with less than 2 MB of memory
    Given beacon nodes "a"
    When weir runs
    And I download a state of 100 MB, sent in chunks
    Then I received exactly 100 MB
    And weir needed less than 2 MB of memory for it

  @beacon:2
  Scenario: A client that leaves stops the download
    Given beacon nodes "a"
    When weir runs
    And I start to download a state of 300 MB and leave
    Then "a" stops sending

  @beacon:2
  Scenario: An HTTP/1.0 client is not told that a part of an answer is the whole
    Given beacon node "a"
    And the CL of "a" has the fault reset_mid_body {"match": "states", "after_bytes": 1000000}
    # A reset may overtake what was sent just before it, so the node takes its time.
    And the CL of "a" has the fault drip {"match": "states", "bytes": 250000, "ms": 200}
    When weir runs
    And a client sends
      """
      GET /cl/eth/v2/debug/beacon/states/head?chunked=1&size=2000000 HTTP/1.0

      
      """
    Then the connection is reset

  @beacon:2
  Scenario: Clients that vanish in the middle of an upload say nothing about the nodes
    Given beacon nodes "a", "b"
    When weir runs
    Then "b" is fit
    When 5 clients one after another begin an upload of 6 MB to /sim/echo and vanish in its middle
    Then the metric client_aborts_total is 5
    And "a" has stayed fit
    And "b" has stayed fit

  @beacon:3
  Scenario Outline: A read is tried on the next node: <fault> <details>
    Given beacon nodes "a", "b"
    And the CL of "a" has the fault <fault> <details>
    And the setting proxy_timeout_ms = 2000
    When weir runs
    And I send GET /eth/v1/beacon/genesis
    Then the answer is 200
    And the answer's text holds genesis_validators_root
    And the beacon node "b" has seen /eth/v1/beacon/genesis 1 time
    And "a" has stayed fit

    Examples:
      | fault               | details                                 |
      | http_status         | {"match": "genesis", "status": 500}     |
      | http_status         | {"match": "genesis", "status": 503}     |
      | http_status         | {"match": "genesis", "status": 429}     |
      | reset_before_answer | {"match": "genesis"}                    |
      | hang                | {"match": "genesis"}                    |

  @beacon:3
  Scenario Outline: An answer about the request goes to the client: <status>
    Given beacon nodes "a", "b"
    And the CL of "a" has the fault http_status {"match": "genesis", "status": <status>, "body": "of a"}
    When weir runs
    And I send GET /eth/v1/beacon/genesis
    Then the answer is <status>
    And the answer is exactly
      """
      of a
      """
    And the beacon node "b" has seen /eth/v1/beacon/genesis 0 times

    Examples:
      | status |
      | 400    |
      | 404    |
      | 405    |
      | 415    |

  @beacon:3
  Scenario: A block that a node has not yet is found on one that has it
    Given beacon nodes "a", "b"
    When weir runs
    Then "b" is fit
    When "b" advances by 2 blocks
    Then "b" was checked at least 2 times more
    When I send GET /eth/v1/beacon/headers/102
    Then the answer is 200
    And the answer's text holds "slot":"102"
    And the beacon node "a" has seen /eth/v1/beacon/headers/102 1 time
    When I send GET /eth/v1/beacon/headers/5000
    Then the answer is 404

  @beacon:3
  Scenario: Publishing is tried on the next node
    Given beacon nodes "a", "b"
    And the CL of "a" has the fault reset_before_answer {"match": "blocks"}
    When weir runs
    And I send POST /eth/v2/beacon/blocks with 1000 random bytes as application/octet-stream
    Then the answer is 200
    And the beacon node "b" has seen /eth/v2/beacon/blocks 1 time

  @beacon:3
  Scenario: A call that may not run twice is not repeated
    Given beacon nodes "a", "b"
    And the CL of "a" has the fault reset_before_answer {"match": "keystores"}
    When weir runs
    And I send POST /eth/v1/keystores with the application/json body {}
    Then the answer is 502
    And the answer's text holds it was not repeated
    And the beacon node "b" has seen /eth/v1/keystores 0 times

  @beacon:3
  Scenario: cl_publish = "all" gives a block to every fit node, and the first success is the answer
    Given beacon nodes "a", "b", "c"
    And the CL of "a" has the fault http_status {"match": "beacon/blocks", "status": 500, "body": "not me"}
    And the setting cl_publish = "all"
    When weir runs
    Then "c" is fit
    When I send POST /eth/v2/beacon/blocks with 1000 random bytes as application/octet-stream
    Then the answer is 200
    And soon the beacon nodes "a", "b", "c" have each seen /eth/v2/beacon/blocks 1 time

  @beacon:3
  Scenario: cl_publish = "all" without a success answers what the first node said
    Given beacon nodes "a", "b"
    And the CL of "a" has the fault http_status {"match": "beacon/blocks", "status": 400, "body": "of a"}
    And the CL of "b" has the fault http_status {"match": "beacon/blocks", "status": 400, "body": "of b"}
    And the setting cl_publish = "all"
    When weir runs
    Then "b" is fit
    When I send POST /eth/v2/beacon/blocks with 1000 random bytes as application/octet-stream
    Then the answer is 400
    And the answer is exactly
      """
      of a
      """

  @beacon:5
  Scenario: HEAD has the answer's head and no body
    Given beacon nodes "a"
    When weir runs
    And a client sends
      """
      HEAD /cl/eth/v2/debug/beacon/states/head?size=12345 HTTP/1.1
      Host: localhost


      """
    Then the head of its answer is 200 without a body
    And the answer's head has content-length = 12345
    And the connection is open for another request

  @beacon:5
  Scenario: OPTIONS is the node's to answer
    Given beacon nodes "a"
    When weir runs
    And I send OPTIONS /eth/v1/beacon/genesis
    Then the answer is 204
    And the answer has the headers
      | Allow | GET, HEAD, POST, OPTIONS |

  @beacon:5
  Scenario: A range is the node's to cut
    Given beacon nodes "a"
    When weir runs
    And I send GET /eth/v2/debug/beacon/states/head?size=1000 with the headers
      | Range | bytes=10-19 |
    Then the answer is 206
    And the answer has the headers
      | Content-Range | bytes 10-19/1000 |
    And the answer has 10 bytes

  @beacon:5
  Scenario: A body that waits for 100-continue is invited
    Given beacon nodes "a"
    When weir runs
    And a client sends
      """
      POST /cl/sim/echo HTTP/1.1
      Host: localhost
      Content-Length: 5
      Expect: 100-continue


      """
    Then it is answered 100
    When a client sends "hello"
    Then it is answered 200
    And the answer's text holds "body_length":5

  @beacon:2
  Scenario: A body that is too large is refused before it is invited
    Given beacon nodes "a"
    And the setting max_body_size = 1000
    When weir runs
    And a client sends
      """
      POST /cl/sim/echo HTTP/1.1
      Host: localhost
      Content-Length: 1001
      Expect: 100-continue


      """
    Then it is answered 413 and the connection is closed
    And the beacon node "a" has seen /sim/echo 0 times

  @beacon:errors
  Scenario: No fit beacon node is 503 with the Beacon API's error body
    Given beacon nodes "a"
    And the CL of "a" has the fault health_status {"status": 503}
    When weir runs
    And I send GET /eth/v1/beacon/genesis
    Then the answer is 503 with the message "no fit beacon node"

  @beacon:errors
  Scenario: When no beacon node answers in time it is 504
    Given beacon nodes "a", "b"
    And the CL of "a" has the fault hang {"match": "genesis"}
    And the CL of "b" has the fault hang {"match": "genesis"}
    And the setting proxy_timeout_ms = 400
    When weir runs
    And I send GET /eth/v1/beacon/genesis
    Then the answer is 504 with the message "no node answered within 400 ms"

  @beacon:errors
  Scenario: When every attempt at a beacon node fails it is 502
    Given beacon nodes "a", "b"
    And the CL of "a" has the fault reset_before_answer {"match": "genesis"}
    And the CL of "b" has the fault reset_before_answer {"match": "genesis"}
    When weir runs
    And I send GET /eth/v1/beacon/genesis
    Then the answer is 502
    And the answer's text does not hold "127.0.0.1"

  @beacon:4
  Scenario: The event stream passes as it comes, head first
    Given beacon nodes "a"
    When weir runs
    And I listen to /eth/v1/events?topics=head&topics=block through weir and at the node "a"
    Then the stream's head is 200 with the type "text/event-stream"
    And no event has come
    When "a" advances by 1 block
    Then both streams have the same 2 events
    When "a" advances by 3 blocks
    Then both streams have the same 8 events

  @beacon:4
  Scenario: An event stream outlives proxy_timeout_ms and ends at the node when the client leaves
    Given beacon nodes "a"
    And the setting proxy_timeout_ms = 300
    When weir runs
    And I listen to /eth/v1/events?topics=head
    And 700 ms pass without an event
    Then the stream is still open
    When "a" advances by 1 block
    Then 1 event has come
    And "a" has 1 open event stream
    When I leave the stream
    Then "a" has 0 open event streams

  @beacon:4
  Scenario: A client that leaves a silent event stream with a goodbye of TLS ends it at the node
    Given a certificate authority "ours"
    And weir serves https with a certificate for IP:127.0.0.1 by "ours"
    And beacon nodes "a"
    When weir runs
    And I listen to /eth/v1/events?topics=head on a connection of my own
    Then "a" has 1 open event stream
    When I end my side of the connection
    Then "a" has 0 open event streams

  @beacon:4
  Scenario: A client that leaves a silent event stream behind a pipelined request ends it at the node
    Given beacon nodes "a"
    When weir runs
    And I listen to /eth/v1/events?topics=head on a connection of my own
    Then "a" has 1 open event stream
    When I send another request on that connection
    And I end my side of the connection
    Then "a" has 0 open event streams

  @beacon:6
  Scenario: One client's requests stay on one node while it is fit
    Given beacon nodes "a", "b", "c"
    And the setting cl_sticky = true
    When weir runs
    Then "c" is fit
    When 30 clients with keys of their own each ask for /eth/v1/beacon/genesis 3 times
    Then each client was always served by one node
    And every node served some of them
    When "b" is killed
    Then "b" is unfit because of "connection refused"
    When 30 clients with keys of their own each ask for /eth/v1/beacon/genesis 1 times
    Then only the clients of "b" have moved

  @beacon:6
  Scenario: A client without a key is known by its address
    Given beacon nodes "a", "b"
    And the setting cl_sticky = true
    When weir runs
    Then "b" is fit
    When 20 clients with addresses of their own each ask for /eth/v1/beacon/genesis 3 times
    Then each client was always served by one node
    And every node served some of them

  @lodestar @beacon:1
  Scenario Outline: A real beacon node's answer is the same through weir: <target>
    Given the real beacon nodes "first", "second"
    When weir runs
    Then "first" is fit
    When I send GET <target>
    Then the answer is <status>
    And the answer is the same as the node's own for <target>

    Examples:
      | target                              | status |
      | /eth/v1/beacon/genesis              | 200    |
      | /eth/v1/config/spec                 | 200    |
      | /eth/v1/beacon/headers/1            | 200    |
      | /eth/v2/beacon/blocks/1             | 200    |
      | /eth/v1/beacon/states/1/root        | 200    |
      | /eth/v1/node/version                | 200    |
      | /eth/v1/beacon/headers/99999        | 404    |
      | /eth/v1/no/such/route               | 404    |

  @lodestar @beacon:1
  Scenario: A real beacon node's state comes through weir as SSZ
    Given the real beacon nodes "first", "second"
    When weir runs
    Then "first" is fit
    When I send GET /eth/v2/debug/beacon/states/1 with the headers
      | Accept | application/octet-stream |
    Then the answer is 200
    And the answer has the headers
      | content-type | application/octet-stream |
    And the answer is the same as the node's own for /eth/v2/debug/beacon/states/1 with Accept = application/octet-stream

  @lodestar @beacon:4
  Scenario: A real beacon node's events come through weir
    Given the real beacon nodes "first", "second"
    When weir runs
    Then "first" is fit
    When I listen to /eth/v1/events?topics=head&topics=block through weir and at the node "first"
    Then both streams have the same 4 events
