Feature: The id of every answer is compared with what was asked

  # JSON-RPC 2.0 §5: the id of an answer MUST be that of its request. spec: issue 7, A2; health-and-routing, Retry

  Background:
    Given the setting server.workers = 1

  Scenario Outline: Over <way>, a result under another id (<id>) is nobody's: the next node is asked
    Given WebSocket nodes "a", "b"
    And the EL of "a" has the fault wrong_id {"match": "eth_getBalance", "id": <id>}
    When weir runs
    And I call eth_getBalance over <way>
    Then "b" has seen eth_getBalance 1 time
    And I get the right eth_getBalance under my own id
    And the metric el_retries_total with reason "wrong_id" is at least 1

    Examples:
      | way       | id       |
      | HTTP      | 4242     |
      | HTTP      | "\"7\""  |
      | HTTP      | null     |
      | WebSocket | 4242     |
      | WebSocket | "\"1\""  |
      | WebSocket | null     |

  Scenario Outline: The id may stand behind a result of <size> bytes
    Given WebSocket nodes "a", "b"
    And the EL of "a" has the fault id_last {"match": "eth_getCode"}
    And the EL of "a" has the fault giant {"match": "eth_getCode", "bytes": <size>}
    And the EL of "b" has the fault giant {"match": "eth_getCode", "bytes": 50}
    When weir runs
    And I call eth_getCode over <way>
    Then I get <size> letters under my own id
    When the EL of "a" gets the fault wrong_id {"match": "eth_getCode"}
    And I call eth_getCode over <way>
    Then I get 50 letters under my own id

    Examples:
      | way       | size   |
      | HTTP      | 20     |
      | HTTP      | 60000  |
      | WebSocket | 20     |
      | WebSocket | 200000 |

  Scenario: What streams is cut off at its end rather than given to the wrong client
    Given primary node "a"
    And the EL of "a" has the fault id_last {"match": "eth_getCode"}
    And the EL of "a" has the fault giant {"match": "eth_getCode", "bytes": 1000000}
    When weir runs
    And I call eth_getCode over HTTP
    Then I get 1000000 letters under my own id
    When the EL of "a" gets the fault wrong_id {"match": "eth_getCode"}
    Then a call of eth_getCode is cut off

  Scenario Outline: In a batch over <way>, <what> is not taken
    Given WebSocket nodes "a", "b"
    And the EL of "a" has the fault <kind> <details>
    When weir runs
    And I call eth_getBalance and eth_gasPrice in a batch over <way>
    Then both answers are the right ones, under my own ids
    And the metric el_retries_total with reason "wrong_id" is at least 1

    Examples:
      | way       | what                            | kind         | details                                                                                 |
      | HTTP      | an answer to nobody's call      | extra_answer | {"match": "eth_getBalance"}                                                             |
      | WebSocket | an answer to nobody's call      | extra_answer | {"match": "eth_getBalance"}                                                             |
      | HTTP      | a second answer to the same     | extra_answer | {"match": "eth_getBalance", "body": {"jsonrpc": "2.0", "id": 11, "result": "0xdead"}}   |
      | HTTP      | an answer under another id      | wrong_id     | {"match": "eth_getBalance"}                                                             |
      | WebSocket | an answer under another id      | wrong_id     | {"match": "eth_getBalance"}                                                             |

  Scenario Outline: Ids in another spelling, and errors without one, are no fault: <asked>
    Given primary node "a"
    And the EL of "a" has the fault wrong_id {"match": "eth_getBlockTransactionCountByNumber", "id": <answered>}
    When weir runs
    And I post {"jsonrpc":"2.0","id":<asked>,"method":"eth_getBlockTransactionCountByNumber","params":["0x1"]}
    Then the answer is 200
    And the metric el_retries_total with {"reason": "wrong_id"} is 0

    Examples:
      | asked                | answered                 |
      | 1                    | "1.0"                    |
      | 1e0                  | 1                        |
      | 12345678901234567890 | "12345678901234567000"   |
      | "é<b"                | "\"\\\\u00e9\\\\u003cb\""    |

  Scenario: Errors that name nobody go their usual way
    Given primary node "a"
    And the EL of "a" has the fault wrong_id {"match": "eth_call", "id": null}
    And the EL of "a" has the fault rpc_error {"match": "eth_call", "code": 3, "message": "execution reverted"}
    When weir runs
    And I call eth_call
    Then the answer is 200 with the error 3
    And the metric el_retries_total with {"reason": "wrong_id"} is 0

  Scenario: A call that must not run twice is not repeated, and its client is told why
    Given primary nodes "a", "b"
    And the EL of "a" has the fault wrong_id {"match": "eth_sendTransaction"}
    When weir runs
    And I call eth_sendTransaction with [{}]
    Then the answer is 502 with the error -32603
    And the error says "wrong_id"
    And the error says "not repeated"
    And "b" has seen eth_sendTransaction 0 times

  Scenario: A node that goes on answering other calls is taken out of service, for checks too
    Given primary nodes "a", "b"
    When weir runs
    Then "a" is fit
    When the EL of "a" gets the fault wrong_id
    Then "a" is unfit because of "another call"
    When I call eth_chainId
    Then the answer is 200 with the result "0x1"

  Scenario: A node's WebSocket that answers what was not asked is given up, and subscriptions are read elsewhere
    Given WebSocket nodes "a", "b"
    And the WebSocket of "a" has the fault wrong_id
    When weir runs
    And "c" connects
    And "c" subscribes to newHeads
    And 3 blocks come
    Then "c" has got everything, once and in order
    And the log says "answered a call that was not made"
