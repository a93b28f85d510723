Feature: Batches that a node does not take whole, or answers out of order

  # Issue 8, 5, 25 and 27. erigon#17245, web3.py#3585, go-ethereum rpc/handler.go, jsonrpsee, Besu

  Background:
    Given the setting server.workers = 1

  Scenario Outline: A batch that is refused as a whole is split to what the node takes: <words> over <way>
    Given WebSocket nodes "a", "b"
    And the EL of "a" has the fault batch_limit <fault>
    When weir runs
    And I ask for 23 balances in a batch over <way>
    Then each balance is its own, in the order of the calls
    And "a" has seen eth_getBalance 23 times
    And "b" has seen eth_getBalance 0 times
    And the refused batches at "a" are kept in mind
    When I ask for 23 balances in a batch over <way>
    Then each balance is its own, in the order of the calls
    And "a" has refused no further batch
    And "b" has seen eth_getBalance 0 times

    Examples:
      | words              | way       | fault |
      | with the number    | HTTP      | {"calls": 10, "code": -32000, "message": "batch limit 10 exceeded (can increase by --rpc.batch.limit). Requested batch of size: 23"} |
      | with the number    | WebSocket | {"calls": 10, "code": -32000, "message": "batch limit 10 exceeded (can increase by --rpc.batch.limit). Requested batch of size: 23"} |
      | in an array        | HTTP      | {"calls": 10, "code": -32600, "message": "batch too large", "in_array": true, "names_first": true} |
      | in an array        | WebSocket | {"calls": 10, "code": -32600, "message": "batch too large", "in_array": true, "names_first": true} |
      | a plan's message   | HTTP      | {"calls": 3, "code": 31, "message": "Batch of more than 3 requests are not allowed on free tier", "status": 500} |
      | no batches at all  | HTTP      | {"calls": 0, "code": -32005, "message": "Batched requests are not supported by this server"} |
      | no batches at all  | WebSocket | {"calls": 0, "code": -32600, "message": "Unsupported methods in batch"} |
      | 413                | HTTP      | {"calls": 8, "code": -32600, "message": "request entity too large", "status": 413} |
      | a parse error      | HTTP      | {"calls": 5, "code": -32700, "message": "parse error", "status": 400} |

  Scenario: What is refused by everybody in one part is told for that part alone
    Given WebSocket nodes "a", "b"
    And the EL of "a" has the fault batch_limit {"calls": 2, "message": "batch too large"}
    And the EL of "a" has the fault rpc_error {"match": "eth_gasPrice", "code": -32602, "message": "not this one"}
    When weir runs
    And I post this batch
      """
      [{"jsonrpc":"2.0","id":1,"method":"eth_chainId"},
       {"jsonrpc":"2.0","id":2,"method":"eth_chainId"},
       {"jsonrpc":"2.0","id":3,"method":"eth_gasPrice"},
       {"jsonrpc":"2.0","method":"eth_chainId"},
       7]
      """
    Then the answer is 200
    And the batch answers are [[1,"0x1"],[2,"0x1"],[3,-32602],[null,-32600]]
    And the metric el_split_batches_total is 1
    And the metric el_node_refused_batches_total of "a" is 1

  Scenario: A batch with a call that must not run twice is split where the refusal is certain, and each call runs once
    Given WebSocket nodes "a", "b"
    And the EL of "a" has the fault batch_limit {"calls": 1, "message": "batch too large"}
    When weir runs
    And I post this batch
      """
      [{"jsonrpc":"2.0","id":1,"method":"eth_sendTransaction","params":[{}]},
       {"jsonrpc":"2.0","id":2,"method":"eth_chainId"}]
      """
    Then the answer is 200
    And "a" has seen eth_sendTransaction 1 time
    And "b" has seen eth_sendTransaction 0 times
    And the answer's text holds {"jsonrpc":"2.0","id":2,"result":"0x1"}

  Scenario: Where nothing says that it has not run it is not sent again, and the reads are
    Given WebSocket nodes "a", "b"
    And the EL of "a" has the fault batch_limit {"calls": 1, "code": -32000, "message": "boom"}
    When weir runs
    And I post this batch
      """
      [{"jsonrpc":"2.0","id":1,"method":"eth_sendTransaction","params":[{}]},
       {"jsonrpc":"2.0","id":2,"method":"eth_chainId"}]
      """
    Then the answer is 200
    And the batch answers are [[1,-32000],[2,"0x1"]]
    And "a" has seen eth_sendTransaction 0 times
    And "b" has seen eth_sendTransaction 0 times

  Scenario: The node that dies between two parts costs nothing
    Given WebSocket nodes "a", "b"
    And the EL of "a" has the fault batch_limit {"calls": 5, "message": "batch limit 5 exceeded"}
    And the EL of "b" has the fault batch_limit {"calls": 2, "message": "batch limit 2 exceeded"}
    And the EL of "a" has the fault reset_before_answer {"match": "eth_getBalance"}
    When weir runs
    Then "b" is fit
    When I ask for 23 balances in a batch over HTTP
    Then each balance is its own, in the order of the calls
    And "b" has seen eth_getBalance 23 times

  Scenario Outline: Answers come in the order of the calls over <way>, whatever the node's
    Given WebSocket nodes "a", "b"
    And the EL of "a" has the fault batch_reversed
    When weir runs
    And I ask for 7 balances in a batch over <way>
    Then each balance is its own, in the order of the calls
    And "a" has seen eth_getBalance 7 times

    Examples:
      | way       |
      | HTTP      |
      | WebSocket |

  Scenario Outline: Each call counts once, in a batch over <way> too
    Given WebSocket nodes "a", "b"
    When weir runs
    And I ask for 5 balances in a batch over <way>
    Then the metric el_calls_total with {"method": "eth_getBalance"} is 5
    When a filter for the logs of one contract is made over <way>
    And the filter's logs are asked for over <way>
    Then the metric el_calls_total with {"method": "eth_getFilterLogs"} is 1
    And the metric el_calls_total knows no eth_getLogs

    Examples:
      | way       |
      | HTTP      |
      | WebSocket |

  Scenario Outline: A batch over <way> teaches which method a node lacks, and asks for it where it is
    Given WebSocket nodes "a", "b"
    And the EL of "a" has the fault rpc_error {"match": "eth_gasPrice", "code": -32601, "message": "the method eth_gasPrice does not exist"}
    When weir runs
    Then "b" is fit
    When I call eth_chainId and eth_gasPrice in a batch over <way>
    Then both answers are the right ones, under my own ids
    And "a" has seen eth_gasPrice 1 time
    When I call eth_chainId and eth_gasPrice in a batch over <way>
    Then both answers are the right ones, under my own ids
    And "a" has seen eth_gasPrice 1 time
    When I call eth_gasPrice over <way>
    Then I get the right eth_gasPrice under my own id
    And "a" has seen eth_gasPrice 1 time

    Examples:
      | way       |
      | HTTP      |
      | WebSocket |
