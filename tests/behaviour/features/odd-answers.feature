Feature: Answers of nodes that are not as most are

  # issue 8, entry 25 and its kind; RFC 9110 §8.6, §15; RFC 9112 §4, §9.3

  Background:
    Given primary nodes "a"
    And beacon nodes "b"

  Scenario Outline: A beacon node's answer is understood: <bytes>
    Given the CL of "b" has the fault verbatim {"match": "node/version", "bytes": "<bytes>"}
    When weir runs
    And a client sends "GET /cl/eth/v1/node/version HTTP/1.1\r\nHost: localhost\r\n\r\n"
    Then it is answered <status>
    And its Content-Length is "<length>"
    And the connection is open for another request

    Examples:
      | bytes                                                                                    | status | length |
      | HTTP/1.1 200\\r\\nContent-Length: 2\\r\\n\\r\\n{}                                        | 200    | 2      |
      | HTTP/1.0 200\\r\\nConnection: keep-alive\\r\\nContent-Length: 2\\r\\n\\r\\n{}            | 200    | 2      |
      | HTTP/1.1 103 Hints\\r\\n\\r\\nHTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\n\\r\\n{}       | 200    | 2      |
      | HTTP/1.1 204 None\\r\\nContent-Length: 2\\r\\n\\r\\n{}                                   | 204    |        |
      | HTTP/1.1 204 None\\r\\nContent-Length: 0\\r\\n\\r\\n                                     | 204    |        |
      | HTTP/1.1 000 OK\\r\\nContent-Length: 2\\r\\n\\r\\n{}                                     | 502    | 74     |
      | HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\n\\r\\r                                       | 502    | 74     |

  Scenario: What a refusal of HEAD has no body for, it names no length of
    Given the CL of "b" has the fault verbatim {"match": "node/version", "bytes": "HTTP/1.1 500 X\r\nContent-Length: 20\r\n\r\n"}
    When weir runs
    And a client sends "HEAD /cl/eth/v1/node/version HTTP/1.1\r\nHost: localhost\r\n\r\n"
    Then the head of its answer is 500 without a body
    And its Content-Length is ""
    And the connection is open for another request
