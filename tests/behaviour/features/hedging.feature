Feature: Slow is a failure too: hedged requests

  # spec: health-and-routing, Retry: hedge_after_ms

  Background:
    Given primary nodes "a", "b"

  @health:hedge
  Scenario: No answer by then: the next node is asked as well, and the first good answer wins
    Given the setting hedge_after_ms = 100
    And the EL of "a" has the fault delay {"match": "eth_gasPrice", "ms": 5000}
    When weir runs
    Then "b" is fit
    When I call eth_gasPrice with []
    Then the answer is 200
    And it took less than 3000 ms
    And "a" has seen eth_gasPrice 1 time
    And "b" has seen eth_gasPrice 1 time
    And the metric el_retries_total with {"reason": "hedge"} is 1
    And the metric hedges_won_total is 1
    # Slow is no evidence against the node's health.
    And "a" has stayed fit
    When I call eth_blockNumber with []
    Then the answer is 200

  @health:hedge
  Scenario: The first node's answer wins when it comes first, and the second is not waited for
    Given the setting hedge_after_ms = 100
    And the EL of "a" has the fault delay {"match": "eth_gasPrice", "ms": 600}
    And the EL of "b" has the fault delay {"match": "eth_gasPrice", "ms": 8000}
    When weir runs
    Then "b" is fit
    When I call eth_gasPrice with []
    Then the answer is 200
    And it took less than 4000 ms
    And the metric el_retries_total with {"reason": "hedge"} is 1
    And the metric hedges_won_total is 0

  @health:hedge
  Scenario: A node that has no connection to spare keeps nobody from the other's answer
    Given the setting hedge_after_ms = 100
    And the setting server.workers = 1
    And the node "b" is configured with max_connections = 1
    And the EL of "a" has the fault hang {"match": "eth_getLogs"}
    And the EL of "b" has the fault hang {"match": "eth_getLogs"}
    And the EL of "a" has the fault delay {"match": "eth_gasPrice", "ms": 600}
    When weir runs
    Then "b" is fit
    When a call of eth_getLogs is under way
    Then the call eth_getLogs has reached "b"
    When I call eth_gasPrice with []
    Then the answer is 200
    And it took less than 4000 ms
    And "b" has seen eth_gasPrice 0 times
    And weir still answers

  @health:hedge
  Scenario: When the slow node dies meanwhile, the other one's answer is the client's
    Given the setting hedge_after_ms = 100
    And the EL of "a" has the fault delay {"match": "eth_gasPrice", "ms": 300}
    And the EL of "a" has the fault reset_before_answer {"match": "eth_gasPrice"}
    And the EL of "b" has the fault delay {"match": "eth_gasPrice", "ms": 800}
    When weir runs
    Then "b" is fit
    When I call eth_gasPrice with []
    Then the answer is 200
    And "b" has seen eth_gasPrice 1 time

  @health:hedge
  Scenario: "Not me" from the second node is no answer while the first is still at it
    Given the setting hedge_after_ms = 100
    And the EL of "a" has the fault delay {"match": "eth_getBalance", "ms": 800}
    And the EL of "b" has the fault rpc_error {"match": "eth_getBalance", "code": -32000, "message": "missing trie node abc"}
    When weir runs
    Then "b" is fit
    When I call eth_getBalance with ["0x0000000000000000000000000000000000000001", "latest"]
    Then the answer is 200
    And the answer's text holds "result"
    And "b" has seen eth_getBalance 1 time

  @health:hedge
  Scenario: When both have the same to say, it is said once
    Given the setting hedge_after_ms = 100
    And the EL of "a" has the fault delay {"match": "eth_getBalance", "ms": 400}
    And the EL of "a" has the fault rpc_error {"match": "eth_getBalance", "code": -32000, "message": "missing trie node on a"}
    And the EL of "b" has the fault rpc_error {"match": "eth_getBalance", "code": -32000, "message": "missing trie node on b"}
    When weir runs
    Then "b" is fit
    When I call eth_getBalance with ["0x0000000000000000000000000000000000000001", "latest"]
    Then the answer is 200 with the error -32000
    And the error says "missing trie node"

  @health:hedge
  Scenario: What must not run twice is never hedged
    Given the setting hedge_after_ms = 100
    And the EL of "a" has the fault delay {"match": "eth_sendTransaction", "ms": 800}
    When weir runs
    Then "b" is fit
    When I call eth_sendTransaction with [{}]
    Then "a" has seen eth_sendTransaction 1 time
    And "b" has seen eth_sendTransaction 0 times

  @health:hedge
  Scenario: A raw transaction that the second node has heard of already is answered with its hash
    Given the setting hedge_after_ms = 100
    And the EL of "a" has the fault delay {"match": "eth_sendRawTransaction", "ms": 8000}
    And the EL of "b" has the fault rpc_error {"match": "eth_sendRawTransaction", "code": -32000, "message": "already known"}
    When weir runs
    Then "b" is fit
    When I call eth_sendRawTransaction with ["0x02f870018203e8808477359400825208940000000000000000000000000000000000000001880de0b6b3a764000080c0"]
    Then the answer is 200
    And the answer's text holds "result":"0x
    And it took less than 4000 ms

  @health:hedge
  Scenario: A batch of reads is hedged like a single call
    Given the setting hedge_after_ms = 100
    And the EL of "a" has the fault delay {"match": "eth_gasPrice", "ms": 8000}
    When weir runs
    Then "b" is fit
    When I post this batch
      """
      [{"jsonrpc":"2.0","id":1,"method":"eth_gasPrice"},{"jsonrpc":"2.0","id":"two","method":"eth_gasPrice"},7]
      """
    Then the answer is 200
    And it took less than 4000 ms
    And "b" has seen eth_gasPrice 2 times

  @health:hedge
  Scenario: A beacon node that is slow is hedged too
    Given beacon nodes "slow", "quick"
    And the setting hedge_after_ms = 100
    And the CL of "slow" has the fault delay {"match": "genesis", "ms": 8000}
    When weir runs
    Then "quick" is fit
    When 5 clients each ask for /eth/v1/beacon/genesis at once
    Then each is answered 200 within 4000 ms
    And the metric hedges_won_total is 5

  @health:hedge
  Scenario: With hedge_after_ms = 0 nobody is asked twice
    Given the setting hedge_after_ms = 0
    And the EL of "a" has the fault delay {"match": "eth_gasPrice", "ms": 1000}
    When weir runs
    Then "b" is fit
    When I call eth_gasPrice with []
    Then the answer is 200
    And "b" has seen eth_gasPrice 0 times

  # The second node has it from the first by then, and would say so as an error.
  @health:hedge
  Scenario Outline: What is published is asked of no second node while the first is still at it, cl_publish = "<publish>"
    Given beacon nodes "a", "b"
    And the setting cl_publish = "<publish>"
    And the CL of "a" has the fault delay {"match": "beacon/blocks", "ms": 1500}
    And the CL of "b" has the fault http_status {"match": "beacon/blocks", "status": 400, "body": "block already known"}
    When weir runs
    Then "b" is fit
    When I send GET /eth/v1/beacon/genesis
    And I send POST /eth/v2/beacon/blocks with 1000 random bytes as application/octet-stream
    Then the answer is 200
    And the beacon node "a" has seen /eth/v2/beacon/blocks 1 time
    And the beacon node "b" has seen /eth/v2/beacon/blocks <times>

    Examples:
      | publish | times   |
      | one     | 0 times |
      | all     | 1 time  |
