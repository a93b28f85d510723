Feature: HTTP that two readers could take differently is refused, at once and in words

  # issue 8, entries 22 and 25; RFC 9110 §6.5.1, §7.2, §8.6; RFC 9112 §2.3, §3, §7.1

  Background:
    Given primary nodes "a"
    And beacon nodes "b"

  Scenario Outline: Trailers that say how a request is framed, routed or treated are refused: <trailer>
    When weir runs
    And a client sends "POST /el HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n2f\r\n{"jsonrpc":"2.0","id":1,"method":"eth_chainId"}\r\n0\r\n<trailer>\r\n\r\n" and behind it a call of eth_gasPrice
    Then it is at once answered 400 and the connection is closed
    And "a" has seen eth_gasPrice 0 times

    Examples:
      | trailer                                  |
      | Content-Length: 3                        |
      | transfer-encoding: chunked               |
      | Host: other                              |
      | Connection: keep-alive                   |
      | X-Sum: 1\\r\\nAuthorization: Bearer x    |
      | Content-Encoding: gzip                   |

  Scenario Outline: So are they where the body goes on to a node piece by piece: <limit>
    Given the setting cl_replay_bytes = <limit>
    When weir runs
    And a client sends "POST /cl/sim/echo HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nabcd\r\n0\r\nHost: other\r\n\r\n"
    Then it is at once answered 400 and the connection is closed

    Examples:
      | limit |
      | 1024  |
      | 0     |

  Scenario: Other trailers do no harm
    When weir runs
    And a client sends "POST /el HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n2f\r\n{"jsonrpc":"2.0","id":1,"method":"eth_chainId"}\r\n0\r\nX-Sum: 1\r\nServer-Timing: a\r\n\r\n"
    Then it is answered 200
    And the answer is 200 with the result "0x1"
    And the connection is open for another request

  Scenario Outline: Chunks that cannot be are refused before their time is up: <body>
    When weir runs
    And a client sends "POST <path> HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n<body>"
    Then it is at once answered <status> and the connection is closed

    Examples:
      | path         | body                     | status |
      | /el          | 2\\n                     | 400    |
      | /cl/sim/echo | 2\\n{}\\n0\\n\\n         | 400    |
      | /el          | 2\\r\\n{}\\n             | 400    |
      | /el          | 0\\n                     | 400    |
      | /el          | 0\\r\\n\\n               | 400    |
      | /el          | g                        | 400    |
      | /el          | 0x                       | 400    |
      | /el          | ffffffffffffffff         | 400    |
      | /cl/sim/echo | fffffffffffffffff        | 400    |
      | /el          | 7fffffff\\r\\n           | 413    |
      | /cl/sim/echo | 7fffffff\\r\\n           | 413    |

  Scenario Outline: A head that can never be right is refused before its end: <head>
    When weir runs
    And a client sends "<head>"
    Then it is at once answered <status> and the connection is closed

    Examples:
      | head                                              | status |
      | SSH-2.0-OpenSSH_9.2\\r\\n                     | 400    |
      | GET /health\\r\\n                             | 400    |
      | GET /health HTTP/3.0\\r\\n                    | 505    |
      | GET /health HTTP/1.1\\r\\nHost: a\\r\\r   | 400    |
      | GET /health HTTP/1.1\\r\\nHost: a\\rX       | 400    |

  Scenario Outline: Host is a host, with a port or without: "<host>"
    When weir runs
    And a client sends "GET /health HTTP/1.1\r\nHost: <host>\r\n\r\n"
    Then it is at once answered 400 and the connection is closed
    And the answer says "Host must be"

    Examples:
      | host             |
      |                  |
      | local host       |
      | user@localhost   |
      | localhost/x      |
      | localhost:x      |
      | localhost:80:80  |
      | localhost:65536  |
      | [::1             |
      | ::1              |
      | http://localhost |
      | local%zzhost     |

  Scenario Outline: The host of an absolute target is judged like it: <target>
    When weir runs
    And a client sends "GET <target> HTTP/1.1\r\nHost: localhost\r\n\r\n"
    Then it is at once answered 400 and the connection is closed

    Examples:
      | target                   |
      | http://user@localhost/   |
      | http://localhost:x/      |
      | http:///health           |
      | http://localhost#/health |

  Scenario Outline: Paths that some readers would follow out of the node's prefix are refused: <path>
    When weir runs
    And a client sends "GET /cl/<path> HTTP/1.1\r\nHost: localhost\r\n\r\n"
    Then it is at once answered 400 and the connection is closed
    And the answer says "leads out of the Beacon API"

    Examples:
      | path                  |
      | ..%2fadmin            |
      | ..%2Fadmin            |
      | a/..%2f..%2fadmin     |
      | ..\\admin             |
      | ..%5cadmin            |
      | ..;/admin             |
      | ..;x=y/admin          |
      | %2e%2e/admin          |
      | %252e%252e/admin      |
      | .%252E/admin          |
      | ..%252fadmin          |
      | %2f/../admin          |
      | ..%00/admin           |
      | %c0%ae%c0%ae/admin    |

  Scenario Outline: A length that a node says twice is taken when it is the same, and said once: <lines>
    Given the CL of "b" has the fault http_status {"match": "node/version", "status": 200, "body": "0123456789", "headers": [<lines>]}
    When weir runs
    And a client sends "GET /cl/eth/v1/node/version HTTP/1.1\r\nHost: localhost\r\n\r\n"
    Then it is answered 200
    And its Content-Length is "10"
    And the connection is open for another request

    Examples:
      | lines                                                           |
      | ["Content-Length", "10"]                                        |
      | ["Content-Length", "10, 10"]                                    |
      | ["X-A", "b"], ["content-length", "10"], ["Content-Length", "10"] |

  Scenario Outline: A length that differs is the node's fault: <length>
    Given the CL of "b" has the fault http_status {"match": "node/version", "status": 200, "body": "0123456789", "headers": [["Content-Length", "<length>"]]}
    When weir runs
    And a client sends "GET /cl/eth/v1/node/version HTTP/1.1\r\nHost: localhost\r\n\r\n"
    Then it is answered 502

    Examples:
      | length |
      | 11     |
      | 10, 11 |
      | +10    |

  Scenario: An execution node's too
    Given the EL of "a" has the fault http_status {"match": "eth_gasPrice", "status": 200, "body": "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":\"0x7\"}", "headers": [["Content-Length", "39"]]}
    When weir runs
    And a client sends "POST /el HTTP/1.1\r\nHost: localhost\r\nContent-Length: 48\r\n\r\n{"jsonrpc":"2.0","id":1,"method":"eth_gasPrice"}"
    Then it is answered 200
    And the answer is 200 with the result "0x7"
