Feature: Hostile and broken clients cost only themselves

  # spec: issue 2, "Hardness from the first day"; RFC 9112

  Background:
    Given primary nodes "a"

  @hardness:head
  Scenario: A head of 64 KiB is taken, a larger one is 431
    When weir runs
    And a client sends a head of 65536 bytes
    Then it is answered 200
    When a client sends a head of 65537 bytes
    Then it is answered 431 and the connection is closed
    And weir still answers

  @hardness:head
  Scenario: A head that never ends is 431 too
    When weir runs
    And a client sends a head of 70000 bytes without its end
    Then it is answered 431 and the connection is closed

  @hardness:smuggling
  Scenario Outline: What two servers could read in two ways is refused: <what>
    When weir runs
    And a client sends "POST /el HTTP/1.1\r\nHost: localhost\r\n<fields>\r\n\r\n<body>" and behind it a call of eth_gasPrice
    Then it is answered 400 and the connection is closed
    And "a" has seen eth_gasPrice 0 times
    And weir still answers

    Examples:
      | what                                       | fields                                                           | body            |
      | Content-Length and Transfer-Encoding       | Content-Length: 5\\r\\nTransfer-Encoding: chunked                | 0\\r\\n\\r\\n   |
      | Transfer-Encoding and Content-Length       | Transfer-Encoding: chunked\\r\\nContent-Length: 5                | 0\\r\\n\\r\\n   |
      | two lengths                                | Content-Length: 2\\r\\nContent-Length: 5                         | {}xxx           |
      | two lengths that agree                     | Content-Length: 2\\r\\nContent-Length: 2                         | {}              |
      | a list of lengths                          | Content-Length: 2, 2                                             | {}              |
      | a signed length                            | Content-Length: +2                                               | {}              |
      | a negative length                          | Content-Length: -2                                               | {}              |
      | a hexadecimal length                       | Content-Length: 0x2                                              | {}              |
      | a length with a space in it                | Content-Length: 1 2                                              | {}              |
      | an empty length                            | Content-Length:                                                  | {}              |
      | a length too large for 64 bits             | Content-Length: 99999999999999999999999                          | {}              |
      | a space before the colon                   | Content-Length : 2                                               | {}              |
      | a folded line                              | X-A: b\\r\\n  c\\r\\nContent-Length: 2                           | {}              |
      | a folded line with a tab                   | X-A: b\\r\\n\\tc\\r\\nContent-Length: 2                          | {}              |
      | a line that ends with LF alone             | X-A: b\\nContent-Length: 2                                       | {}              |
      | a CR alone within a value                  | X-A: b\\rTransfer-Encoding: chunked\\r\\nContent-Length: 2       | {}              |
      | a NUL in a value                           | X-A: b\\0c\\r\\nContent-Length: 2                                | {}              |
      | a NUL in a name                            | X\\0A: b\\r\\nContent-Length: 2                                  | {}              |
      | two Transfer-Encodings                     | Transfer-Encoding: chunked\\r\\nTransfer-Encoding: chunked       | 0\\r\\n\\r\\n   |
      | a second Host                              | Host: other\\r\\nContent-Length: 2                               | {}              |
      | a field without a name                     | : b\\r\\nContent-Length: 2                                       | {}              |
      | a field without a colon                    | nonsense\\r\\nContent-Length: 2                                  | {}              |

  @hardness:smuggling
  Scenario Outline: A transfer coding other than chunked is not served: <coding>
    When weir runs
    And a client sends "POST /el HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: <coding>\r\n\r\n0\r\n\r\n"
    Then it is answered 501 and the connection is closed
    And weir still answers

    Examples:
      | coding        |
      | gzip          |
      | gzip, chunked |
      | xchunked      |
      | identity      |

  @hardness:smuggling
  Scenario Outline: Malformed request lines are refused: <line>
    When weir runs
    And a client sends "<line>\r\nHost: localhost\r\n\r\n"
    Then it is answered <status> and the connection is closed
    And weir still answers

    Examples:
      | line                       | status |
      | GET  /health HTTP/1.1      | 400    |
      | GET /health                | 400    |
      | GET /hea lth HTTP/1.1      | 400    |
      | GET /health HTTP/1.1 x     | 400    |
      | GET /health HTTP/01.1      | 400    |
      | GET /health HTTP/1.10      | 400    |
      | GET /health HTTP/1.1\\x20 | 400    |
      | GET\\t/health HTTP/1.1    | 400    |
      | GET health HTTP/1.1        | 400    |
      | GET * HTTP/1.1             | 400    |
      | GET http:///health HTTP/1.1 | 400   |
      | G\\0T /health HTTP/1.1     | 400    |
      | GET /health HTTP/2.0       | 505    |
      | GET /health HTTP/1.2       | 505    |
      | GET /health http/1.1       | 400    |

  @hardness:smuggling
  Scenario: HTTP/1.1 without Host is refused
    When weir runs
    And a client sends "GET /health HTTP/1.1\r\n\r\n"
    Then it is answered 400 and the connection is closed

  @hardness:smuggling
  Scenario: HTTP/1.0 with a transfer coding is refused
    When weir runs
    And a client sends "POST /el HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    Then it is answered 400 and the connection is closed

  @hardness:smuggling
  Scenario Outline: A malformed chunked body is refused: <body>
    When weir runs
    And a client sends "POST /el HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n<body>" and behind it a call of eth_gasPrice
    Then it is answered 400 and the connection is closed
    And "a" has seen eth_gasPrice 0 times
    And weir still answers

    Examples:
      | body                                  |
      | x\\r\\n                               |
      | -1\\r\\nab\\r\\n0\\r\\n\\r\\n         |
      | 0x2\\r\\n{}\\r\\n0\\r\\n\\r\\n        |
      | 2\\r\\n{}xx0\\r\\n\\r\\n              |
      | fffffffffffffffff\\r\\n{}             |

  @hardness:smuggling
  Scenario: Chunk lines that end with LF alone are never taken for chunks
    Given the setting server.body_timeout_ms = 300
    When weir runs
    And a client sends "POST /el HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n2\n{}\n0\n\n" and behind it a call of eth_gasPrice
    Then it is answered 4xx and the connection is closed
    And "a" has seen eth_gasPrice 0 times

  @hardness:smuggling
  Scenario: Bytes after a request are the next request and nothing else
    When weir runs
    And a client sends "POST /el HTTP/1.1\r\nHost: localhost\r\nContent-Length: 47\r\n\r\n{"jsonrpc":"2.0","id":1,"method":"eth_chainId"}GARBAGE\r\n\r\n"
    Then it is answered 200
    And it is answered 400 and the connection is closed

  @hardness:smuggling
  Scenario: What a node answers without a length is framed anew
    Given beacon nodes "b"
    When weir runs
    And a client sends
      """
      GET /cl/eth/v2/debug/beacon/states/head?size=1000&chunked=1 HTTP/1.1
      Host: localhost


      """
    Then it is answered 200
    And the answer has 1000 bytes
    And the connection is open for another request

  @hardness:timeouts
  Scenario: A head that comes too slowly is 408
    Given the setting server.header_timeout_ms = 300
    When weir runs
    And a client sends "GET /health HTTP/1.1\r\nHos"
    Then it is answered 408 and the connection is closed

  @hardness:timeouts
  Scenario: A head that drips does not win time with each byte
    Given the setting server.header_timeout_ms = 400
    When weir runs
    And a client sends a byte of a head every 50 ms
    Then it is answered 408 within 3000 ms

  @hardness:timeouts
  Scenario Outline: A body that stops coming is 408: <path>
    Given beacon nodes "b"
    And the setting server.body_timeout_ms = 300
    When weir runs
    And a client sends "POST <path> HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{"
    Then it is answered 408 and the connection is closed

    Examples:
      | path         |
      | /el          |
      | /cl/sim/echo |

  @hardness:timeouts
  Scenario: A connection without a request is closed after idle_timeout_ms, without a word
    Given the setting server.idle_timeout_ms = 400
    When weir runs
    And a client connects
    Then the connection is closed after 300 to 5000 ms

  @hardness:timeouts
  Scenario: A kept-alive connection without another request is closed after idle_timeout_ms
    Given the setting server.idle_timeout_ms = 400
    When weir runs
    And a client sends "GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n"
    Then it is answered 200
    And the connection is closed after 300 to 5000 ms

  @hardness:timeouts
  Scenario: A client that reads nothing of a large answer is let go
    Given beacon nodes "b"
    And the setting server.send_timeout_ms = 400
    When weir runs
    And a client asks for 300 MB and reads nothing
    Then "b" stops sending
    # The one that asks for it.
    And the metric client_connections comes down to at most 1

  @hardness:limits
  Scenario: Connections over the limit are turned away, those under it are served
    Given the setting server.max_connections = 8
    And the setting server.workers = 1
    When weir runs
    And clients in the middle of a request take every place
    And I call eth_chainId
    Then the answer is 503
    And the answer's head has retry-after = 1
    When all of them leave
    Then a new client is served

  @hardness:limits
  Scenario: 300 silent clients disturb nobody
    When weir runs
    Then "a" is fit
    When 300 clients connect
    And I call eth_chainId
    Then the answer is 200 with the result "0x1"

  @hardness:json
  Scenario Outline: Deep JSON is refused in bounded memory: <what>
    When weir runs
    And a client posts 1000000 times <text>
    Then the answer is 400 with the error -32700
    And weir needed less than 16 MB of memory for it
    And "a" has stayed fit

    Examples:
      | what    | text  |
      | arrays  | [     |
      | objects | {"a": |

  @hardness:json
  Scenario: A batch of more than max_batch_items is refused
    Given the setting max_batch_items = 10
    When weir runs
    And I post a batch of 10 calls of eth_chainId
    Then the answer is 200
    When I post a batch of 11 calls of eth_chainId
    Then the answer is 400 with the error -32600
    And the error says "more than 10"
    And "a" has seen eth_chainId 11 times

  @hardness:routes
  Scenario Outline: <method> <path> is <status>
    When weir runs
    And a client sends "<method> <path> HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n"
    Then it is answered <status>
    And weir still answers

    Examples:
      | method  | path        | status |
      | GET     | /nowhere    | 404    |
      | GET     | /elephant   | 404    |
      | GET     | /clx        | 404    |
      | POST    | /el/x       | 404    |
      | GET     | /el         | 405    |
      | GET     | /el/        | 405    |
      | PUT     | /el         | 405    |
      | POST    | /health     | 405    |
      | DELETE  | /status     | 405    |
      | POST    | /metrics    | 405    |
      | GET     | /health?x=1 | 200    |
      | GET     | /el/ws      | 426    |
      | CONNECT | weir:443    | 404    |

  @hardness:http-1.0
  Scenario: An HTTP/1.0 client is answered and the connection is closed
    When weir runs
    And a client sends "POST /el HTTP/1.0\r\nContent-Length: 47\r\n\r\n{"jsonrpc":"2.0","id":1,"method":"eth_chainId"}"
    Then it is answered 200 and the connection is closed
    And the answer is 200 with the result "0x1"

  @hardness:http-1.0
  Scenario: An HTTP/1.0 client that asks for keep-alive gets it, and no chunks
    Given beacon nodes "b"
    When weir runs
    And a client sends "GET /health HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"
    Then it is answered 200
    And the answer's head has connection = keep-alive
    When a client sends "GET /cl/eth/v2/debug/beacon/states/head?size=1000&chunked=1 HTTP/1.0\r\n\r\n"
    Then it is answered 200
    And the answer has 1000 bytes
    And the answer has no header Transfer-Encoding

  @hardness:http
  Scenario: A call that comes byte by byte is understood
    When weir runs
    And a client sends a call in pieces of 1 bytes
    Then it is answered 200
    And the answer is 200 with the result "0x1"

  @hardness:http
  Scenario: An absolute target means the same as its path
    When weir runs
    And a client sends "GET http://localhost/health HTTP/1.1\r\nHost: localhost\r\n\r\n"
    Then it is answered 200

  @hardness:http
  Scenario: A client that closes its sending half still gets its answer
    Given the EL of "a" has the fault delay {"match": "eth_getBalance", "ms": 200}
    When weir runs
    And a client sends a call of eth_getBalance and closes its sending half
    Then it is answered 200
