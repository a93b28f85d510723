@weir
Feature: What weir adds to a request comes back to no client
  # RFC 9110 §9.3.8, §7.6.2

  Background:
    Given primary nodes "a"
    And beacon nodes "b"
    And the nodes are asked with the header Authorization: Bearer s3cret-t0ken

  Scenario Outline: <method> <target> is refused
    When weir runs
    And a <method> request for <target> comes
    Then the answer is 405
    And its Allow is "<allow>"
    And the answer says nothing of "s3cret"

    Examples:
      | method | target                  | allow                                         |
      | TRACE  | /cl/eth/v1/node/version | GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS  |
      | trace  | /cl/sim/echo            | GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS  |
      | TRACK  | /cl/sim/echo            | GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS  |
      | TRACE  | /el                     | POST                                          |
      | TRACE  | /el/ws                  | GET                                           |
      | TRACE  | /status                 | GET, HEAD                                     |
      | TRACE  | /nowhere                | GET, HEAD, POST, OPTIONS                      |

  Scenario: OPTIONS with no hop left is answered by weir, with some it goes on with one less
    When weir runs
    And an OPTIONS request for /cl/sim/echo comes with
      | Max-Forwards | 0 |
    Then the answer is 204
    And its Allow is "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"
    When an OPTIONS request for /cl/sim/echo comes with
      | Max-Forwards | 3 |
    Then the answer is 200
    And the node received the headers
      | Max-Forwards | 2 |
    When an OPTIONS request for * comes
    Then the answer is 204
    And its Allow is "GET, HEAD, POST, OPTIONS"

  Scenario: A redirect to the URL with its key loses its Location
    Given the URLs of the nodes go on with ?apikey=s3cret-key-1
    When weir runs
    And the CL of "b" gets the fault http_status {"match": "/eth/v1/node/version", "status": 308, "body": "", "headers": {"Location": "https://rpc.example/eth/v1/node/version/?apikey=s3cret-key-1", "Content-Location": "/?apikey=s3cret-key-1", "X-Kept": "yes"}}
    And a GET request for /cl/eth/v1/node/version comes
    Then the answer is 308
    And its X-Kept is "yes"
    And the answer says nothing of "s3cret"

  Scenario Outline: A node that says what it was asked is not heard out: <status> at <layer>
    Given the URLs of the nodes go on with ?apikey=s3cret-key-1
    When weir runs
    And the <layer> of "<node>" gets the fault http_status {"match": "<match>", "status": <status>, "body": "{\"message\":\"no such path: /?apikey=s3cret-key-1, Bearer s3cret-t0ken\"}", "headers": {"X-Seen": "Bearer s3cret-t0ken"}}
    And a <method> request for <target> comes
    Then the answer is <status>
    And the answer's text holds no such path: /?apikey=***, ***
    And the answer has 0 lines X-Seen
    And the answer says nothing of "s3cret"

    Examples:
      | layer | node | match                | status | method | target                  |
      | CL    | b    | /eth/v1/node/version | 404    | GET    | /cl/eth/v1/node/version |
      | CL    | b    | /eth/v1/node/version | 500    | GET    | /cl/eth/v1/node/version |
      | EL    | a    | eth_chainId          | 401    | POST   | /el                     |
      | EL    | a    | eth_chainId          | 404    | POST   | /el                     |
