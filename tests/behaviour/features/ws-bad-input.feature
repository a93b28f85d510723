@websocket
Feature: Bad input over WebSocket

  # spec: websocket.md, Bad input, lines 29 and 30

  @ws:29
  Scenario Outline: What is not JSON gets -32700 with id null and the session stays: <text>
    Given WebSocket nodes "a" and "b"
    When weir runs
    And "alice" connects
    And "alice" subscribes to newHeads
    And "alice" sends, though it is no request, <text>
    Then the reply has the error -32700
    And the reply's id is written null
    When "alice" calls eth_chainId
    Then the reply has the result "0x1"
    When 2 blocks come
    Then "alice" has got everything, once and in order

    Examples:
      | text                                                 |
      | hello                                                |
      | {"jsonrpc":"2.0","id":1,"method":"eth_chainId"       |
      | {"jsonrpc":"2.0","id":1,"method":"eth_chainId"}}     |
      | {"jsonrpc":"2.0","id":01,"method":"eth_chainId"}     |
      | [{"jsonrpc":"2.0","id":1,"method":"eth_chainId"}     |

  @ws:29
  Scenario Outline: What is no request gets -32600 and the session stays: <text>
    Given WebSocket nodes "a" and "b"
    When weir runs
    And "alice" connects
    And "alice" sends, though it is no request, <text>
    Then the reply has the error -32600
    When "alice" calls eth_chainId
    Then the reply has the result "0x1"

    Examples:
      | text              |
      | {}                |
      | []                |
      | 1                 |
      | "eth_chainId"     |
      | null              |
      | {"jsonrpc":"2.0"} |
      | {"method":7}      |

  @ws:29
  Scenario: What is no request but has an id gets -32600 with that id
    Given WebSocket nodes "a" and "b"
    When weir runs
    And "alice" connects
    And "alice" sends the text {"jsonrpc":"2.0","id":"mine","method":7}
    Then the reply has the error -32600
    And the reply's id is written "mine"

  @ws:29
  Scenario Outline: eth_subscribe with bad params gets the node's own error: <params>
    Given WebSocket nodes "a" and "b"
    When weir runs
    And "alice" connects
    And "alice" calls eth_subscribe with <params>
    Then the reply's error is the node's own

    Examples:
      | params                                 |
      | []                                     |
      | ["nothing"]                            |
      | [7]                                    |
      | ["logs","not a filter"]                |
      | ["logs",{"topics":"0x00"}]             |
      | ["logs",{"address":7}]                 |
      | {"kind":"newHeads"}                    |

  @ws:29
  Scenario: A notification gets no answer
    Given WebSocket nodes "a" and "b"
    When weir runs
    And "alice" connects
    And "alice" sends, wanting no answer, {"jsonrpc":"2.0","method":"eth_chainId","params":[]}
    And "alice" calls eth_gasPrice
    Then the reply has the result "0x3b9aca00"
    And "alice" has got 1 message in all

  @ws:29 @weir
  Scenario Outline: A frame that breaks RFC 6455 ends its session and no other: <frame>
    Given WebSocket nodes "a" and "b"
    When weir runs
    And "alice" connects
    And "bob" connects
    And "bob" subscribes to newHeads
    And "alice" sends the frame <bytes>
    Then "alice" is closed with <code>
    When 2 blocks come
    Then "bob" has got everything, once and in order

    Examples:
      | frame                       | bytes                   | code |
      | not masked                  | 81 02 7b 7d             | 1002 |
      | an opcode that is not there | 83 82 00 00 00 00 7b 7d | 1002 |
      | text that is no UTF-8       | 81 82 00 00 00 00 c3 28 | 1007 |

  @ws:30 @weir
  Scenario: No fit node at the upgrade: 503 with a JSON body
    Given WebSocket nodes "a" and "b"
    When weir runs
    And "a" is killed
    And "b" is killed
    Then "a" is unfit because of "refused"
    And "b" is unfit because of "refused"
    And an upgrade is refused with 503 and a JSON body
    When "b" is started again
    Then "alice" can connect
    When "alice" subscribes to newHeads
    And 1 block comes
    Then "alice" has got everything, once and in order

  @ws:30 @weir
  Scenario: GET without an upgrade is no WebSocket
    Given WebSocket nodes "a" and "b"
    When weir runs
    And I ask for /el/ws without an upgrade
    Then the answer is 426
    When I ask for an upgrade with Sec-WebSocket-Version: 8
    Then the answer is 426
    When I ask for /health without an upgrade
    Then the answer is 200
