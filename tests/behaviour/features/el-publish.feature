Feature: el_publish = "all": raw transactions go to every fit node

  # Issue 8, 15: what one node took a moment before its death dies with it.

  Background:
    Given WebSocket nodes "a", "b", "c"
    And the setting server.workers = 1

  Scenario Outline: Over <way> every fit node gets it at once, and the first success is the answer
    Given the setting el_publish = "all"
    And the EL of "a" has the fault delay {"match": "eth_sendRawTransaction", "ms": 4000}
    And the EL of "b" has the fault rpc_error {"match": "eth_sendRawTransaction", "code": -32000, "message": "already known"}
    When weir runs
    Then "c" is fit
    When I send the raw transaction 0x01 over <way>
    Then its hash is the answer, within 2000 ms
    And soon "a", "b" and "c" have each seen eth_sendRawTransaction 1 time
    And the metric el_published_to_all_total is 1

    Examples:
      | way                  |
      | HTTP                 |
      | WebSocket            |
      | a batch on HTTP      |
      | a batch on WebSocket |

  Scenario: What a node took that died before it could say so is known by the others: that is success
    Given the setting el_publish = "all"
    And the EL of "a" has the fault executes_then_resets {"match": "eth_sendRawTransaction"}
    And the EL of "b" has the fault rpc_error {"match": "eth_sendRawTransaction", "code": -32000, "message": "already known"}
    And the EL of "c" has the fault rpc_error {"match": "eth_sendRawTransaction", "code": -32000, "message": "already known"}
    When weir runs
    Then "c" is fit
    When I send the raw transaction 0x02 over HTTP
    Then its hash is the answer, within 3000 ms

  Scenario Outline: What every node says is the client's, over <way>: <message>
    Given the setting el_publish = "all"
    And the EL of "a" has the fault rpc_error {"match": "eth_sendRawTransaction", "code": -32000, "message": "<message>"}
    And the EL of "b" has the fault rpc_error {"match": "eth_sendRawTransaction", "code": -32000, "message": "<message>"}
    And the EL of "c" has the fault http_status {"match": "eth_sendRawTransaction", "status": 429}
    When weir runs
    Then "c" is fit
    When I send the raw transaction 0x03 over <way>
    Then the answer is the error "<message>"

    Examples:
      | way             | message            |
      | HTTP            | already known      |
      | WebSocket       | already known      |
      | a batch on HTTP | insufficient funds |

  Scenario: Each node gets it once, however long it takes
    Given the setting el_publish = "all"
    And the EL of "a" has the fault delay {"match": "eth_sendRawTransaction", "ms": 1200}
    And the EL of "b" has the fault delay {"match": "eth_sendRawTransaction", "ms": 1200}
    And the EL of "c" has the fault delay {"match": "eth_sendRawTransaction", "ms": 1200}
    When weir runs
    Then "c" is fit
    When I send the raw transaction 0x03 over HTTP
    Then its hash is the answer, within 4000 ms
    And soon "a", "b" and "c" have each seen eth_sendRawTransaction 1 time

  Scenario: By default one node gets it
    When weir runs
    Then "c" is fit
    When I send the raw transaction 0x04 over HTTP
    Then its hash is the answer, within 3000 ms
    And "b" has seen eth_sendRawTransaction 0 times
    And "c" has seen eth_sendRawTransaction 0 times
