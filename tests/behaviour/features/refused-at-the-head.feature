@websocket @weir
Feature: An answered refusal is no end while another node is about to have what the client was told of

  # spec: websocket.md, 10, 11, 17b; health-and-routing.md, Retry
  # field: AztecProtocol/aztec-packages#25203, shutter-network/rolling-shutter#459

  @ws:17b
  Scenario Outline: A node that told of a block refuses <refusal>, the other one is a block behind: a <form>
    Given WebSocket nodes "a" and "b" with a block every 200 ms
    And the EL of "b" has the fault lag {"blocks":1}
    And the EL of "a" has the fault <fault>
    When weir runs
    Then "a" is fit
    And "b" is fit
    When "alice" connects
    And "alice" subscribes to newHeads
    And "alice" makes a <form> at each of the next 4 blocks

    Examples:
      | refusal                | form           | fault                                                                                                    |
      | with 429               | call           | http_status {"status":429,"match":"eth_getTransactionCount"}                                             |
      | with 429               | batch          | http_status {"status":429,"match":"eth_getTransactionCount"}                                             |
      | with 429               | call by number | http_status {"status":429,"match":"eth_getTransactionCount"}                                             |
      | with -32005            | call           | rpc_error {"code":-32005,"message":"rate limited","match":"eth_getTransactionCount"}                     |
      | with -32005            | batch          | rpc_error {"code":-32005,"message":"rate limited","match":"eth_getTransactionCount"}                     |
      | with header not found  | call           | rpc_error {"code":-32000,"message":"header not found","match":"eth_getTransactionCount"}                 |
      | with header not found  | batch          | rpc_error {"code":-32000,"message":"header not found","match":"eth_getTransactionCount"}                 |
      | with header not found  | call by hash   | rpc_error {"code":-32000,"message":"header not found","match":"eth_getTransactionCount"}                 |
      | with 502               | call           | http_status {"status":502,"body":"<html>Bad Gateway</html>","match":"eth_getTransactionCount"}           |
      | with 503               | batch          | http_status {"status":503,"match":"eth_getTransactionCount"}                                             |
      | with an internal error | call           | rpc_error {"code":-32603,"message":"internal error","match":"eth_getTransactionCount"}                   |
      | with syncing           | call           | rpc_error {"code":-32000,"message":"node is syncing","match":"eth_getTransactionCount"}                  |
      | with no such method    | call           | rpc_error {"code":-32601,"message":"the method does not exist","match":"eth_getTransactionCount"}        |

  @ws:17b
  Scenario: The logs of a filter
    Given WebSocket nodes "a" and "b" with a block every 200 ms
    And the EL of "b" has the fault lag {"blocks":1}
    And the EL of "a" has the fault http_status {"status":429,"match":"eth_getLogs"}
    When weir runs
    Then "a" is fit
    And "b" is fit
    When "alice" connects
    And "alice" subscribes to newHeads
    And "alice" asks for its filter's logs at each of the next 4 blocks

  @ws:17b
  Scenario: What may not run twice goes to the node that comes to it, once
    Given WebSocket nodes "a" and "b" with a block every 200 ms
    And the EL of "b" has the fault lag {"blocks":1}
    And the EL of "a" has the fault http_status {"status":429,"match":"eth_sendTransaction"}
    When weir runs
    Then "a" is fit
    And "b" is fit
    When "alice" connects
    And "alice" subscribes to newHeads
    And "alice" makes a call at each of the next 1 blocks
    And "alice" calls eth_sendTransaction with [{"from":"0x0000000000000000000000000000000000000001"}]
    Then all of "a, b" have executed the transaction 1 times together

  @ws:17b
  Scenario: Blocks every 250 ms, and a node that is rate limited for 5 s
    Given WebSocket nodes "a" and "b" with a block every 250 ms
    And the EL of "b" has the fault lag {"blocks":1}
    When weir runs
    Then "a" is fit
    And "b" is fit
    When "alice" connects
    And "alice" subscribes to newHeads
    And "alice" makes a call at each of the next 1 blocks
    And "alice" makes a call every 60 ms for 5000 ms while "a" is rate limited
    Then none of at least 60 calls has failed or fallen back
    # It rests for two seconds after each refusal.
    And "a" has seen eth_getTransactionCount at most 10 times

  @ws:17b
  Scenario Outline: All nodes have announced a block and do not serve it yet: <over>
    Given WebSocket nodes "a" and "b"
    And the EL of "a" has the fault rpc_error {"code":-32000,"message":"header not found","match":"eth_getBalance","count":1}
    And the EL of "b" has the fault rpc_error {"code":-32000,"message":"header not found","match":"eth_getBalance","count":1}
    When weir runs
    Then "a" is fit
    And "b" is fit
    When "alice" connects
    And "alice" subscribes to newHeads
    And 1 block comes
    And "alice" has seen the tip
    And the balance at the tip is asked for over <over>
    Then it is answered

    Examples:
      | over      |
      | HTTP      |
      | WebSocket |

  @ws:17b
  Scenario: Where no other node comes to it, the first refusal is the answer, in time
    Given WebSocket nodes "a" and "b"
    And the setting ws_queue_timeout_ms = 700
    When weir runs
    Then "a" is fit
    And "b" is fit
    When "alice" connects
    And "alice" subscribes to newHeads
    And the EL of "b" gets the fault freeze
    And 1 block comes
    And "alice" has seen the tip
    And the EL of "a" gets the fault rpc_error {"code":-32005,"message":"too many requests","match":"eth_getBalance"}
    And "alice" calls eth_getBalance with ["0x0000000000000000000000000000000000000001","latest"]
    Then the reply has the error -32005 "too many requests"
    And "a" has seen eth_getBalance at most 2 times
    And "b" has seen eth_getBalance 0 times

  @ws:17b
  Scenario: A refusal that another node cannot better is given at once
    Given WebSocket nodes "a" and "b"
    When weir runs
    Then "a" is fit
    And "b" is fit
    When "alice" connects
    And "alice" subscribes to newHeads
    And 1 block comes
    And "alice" has seen the tip
    And the EL of "a" gets the fault rpc_error {"code":-32005,"message":"too many requests","match":"eth_getBalance"}
    And the EL of "b" gets the fault rpc_error {"code":-32005,"message":"too many requests","match":"eth_getBalance"}
    And both nodes are at the tip
    And "alice" calls eth_getBalance with ["0x0000000000000000000000000000000000000001","latest"]
    Then the reply has the error -32005 "too many requests"
    And the reply took less than 200 ms
