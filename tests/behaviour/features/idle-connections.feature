Feature: What a node says while nobody asked is nobody's answer

  # An answer over HTTP/1.1 is known by its place in line only (RFC 9112 §9.3.2): bytes that come when nobody asked
  # would be the next client's. spec: issue 7, A1; health-and-routing, Retry

  Background:
    Given the setting server.workers = 1
    And the setting upstream_idle_timeout_ms = 60000

  Scenario Outline: An execution node says <what> behind an answer, and every client gets its own
    Given primary node "a"
    And the EL of "a" has the fault late_bytes {"match": "eth_gasPrice", "ms": <ms>, "body": "<body>"}
    When weir runs
    Then each time after a call of eth_gasPrice, when "a" has spoken unasked, 3 clients get their own answers from "a"

    Examples:
      | what                                | ms | body                                                                                    |
      | a second answer                     | 30 | HTTP/1.1 200 OK\\r\\nContent-Length: 38\\r\\n\\r\\n{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":\"0x9\"} |
      | a second answer at once             | 0  | HTTP/1.1 200 OK\\r\\nContent-Length: 38\\r\\n\\r\\n{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":\"0x9\"} |
      | the rest of a body that was cut     | 30 | ,\"more\":\"than the Content-Length said\"}                                              |
      | a late 408                          | 30 | HTTP/1.1 408 Request Timeout\\r\\nContent-Length: 0\\r\\nConnection: close\\r\\n\\r\\n           |
      | an interim answer                   | 30 | HTTP/1.1 103 Early Hints\\r\\n\\r\\n                                                         |
      | an empty line                       | 30 | \\r\\n                                                                                     |
      | half a head                         | 30 | HTTP/1.1 200 OK\\r\\nContent-                                                              |

  Scenario Outline: A beacon node says <what>, and every client gets its own
    Given beacon nodes "b"
    And the CL of "b" has the fault http_status {"match": "/eth/v1/node/identity", "status": <status>, "body": ""}
    And the CL of "b" has the fault late_bytes {"match": "/eth/v1/node/identity", "ms": <ms>, "body": "<body>"}
    When weir runs
    Then each time after <method> /eth/v1/node/identity, when "b" has spoken unasked, 3 clients get their own answers from "b"

    Examples:
      | what                                | method | status | ms | body                                                   |
      | the body of a 204                   | GET    | 204    | 0  | {\"data\":\"of a 204\"}                                |
      | the body of a 304                   | GET    | 304    | 30 | {\"data\":\"of a 304\"}                                |
      | the body of an answer to HEAD       | HEAD   | 200    | 10 | {\"data\":\"of a HEAD\"}                               |
      | a second answer                     | GET    | 200    | 30 | HTTP/1.1 200 OK\\r\\nContent-Length: 13\\r\\n\\r\\n{\"data\":\"no\"} |
      | a late 408                          | GET    | 200    | 30 | HTTP/1.1 408 Request Timeout\\r\\nContent-Length: 0\\r\\n\\r\\n |

  Scenario Outline: Over TLS to a node <what> is noticed too
    Given a certificate authority "ours"
    And a primary node "a" with a certificate for IP:127.0.0.1 by "ours"
    And "a" is trusted by "ours"'s certificate
    And the EL of "a" has the fault late_bytes {"match": "eth_gasPrice", "ms": <ms>}
    When weir runs
    Then each time after a call of eth_gasPrice, when "a" has spoken unasked, 3 clients get their own answers from "a"

    Examples:
      | what                    | ms |
      | a second answer         | 30 |
      | a second answer at once | 0  |

  Scenario: One of two nodes babbles under load, and every client gets its own
    Given primary nodes "a", "b"
    And the EL of "a" has the fault late_bytes {"ms": 1, "match": "eth_getBalance"}
    When weir runs
    And 8 clients keep calling for 2 s, each with ids of its own
    Then every call had its own answer
    And the metric el_node_unasked_answers_total with node "a" is at least 1

  Scenario: A node that closes idle connections is noticed at once, and costs no request a second try
    Given primary node "a"
    When weir runs
    And I call eth_chainId
    Then the metric el_node_connections is 1
    When "a" drops its connections
    Then the metric el_node_connections is 0
    When I call eth_chainId
    Then the answer is 200 with the result "0x1"
    And the metric stale_reconnects_total is 0
    And the metric el_node_unasked_answers_total of "a" is 0

  Scenario: A slow answer that was given up never reaches another client
    Given primary nodes "a", "b"
    And the setting hedge_after_ms = 30
    And the EL of "a" has the fault delay {"match": "eth_gasPrice", "ms": 120}
    When weir runs
    And 4 clients keep calling for 1 s, each with ids of its own
    Then every call had its own answer
