Feature: JSON-RPC over HTTP

  Background:
    Given primary nodes "a", "b"

  Scenario Outline: The id comes back as it was sent: <id>
    When weir runs
    And I post {"jsonrpc":"2.0","id":<id>,"method":"eth_chainId"}
    Then the answer is 200 with the result "0x1"
    And the answer's id is <id>

    Examples:
      | id                   |
      | 7                    |
      | -1                   |
      | 1.5                  |
      | 12345678901234567890 |
      | "x\u0041"            |
      | null                 |

  Scenario Outline: An error that says "not this node" is hidden: <fault> <details>
    Given the EL of "a" has the fault <fault> <details>
    When weir runs
    And I call eth_getBalance with ["0x0000000000000000000000000000000000000001", "latest"]
    Then the answer is 200
    And the answer's text holds "result"
    And "b" has seen eth_getBalance 1 time

    Examples:
      | fault               | details                                                                                              |
      | rpc_error           | {"match": "eth_getBalance", "code": -32000, "message": "missing trie node abc"}                       |
      | rpc_error           | {"match": "eth_getBalance", "code": -32000, "message": "header not found"}                            |
      | rpc_error           | {"match": "eth_getBalance", "code": -32005, "message": "daily request limit reached"}                 |
      | rpc_error           | {"match": "eth_getBalance", "code": -32601, "message": "the method eth_getBalance does not exist"}    |
      | rpc_error           | {"match": "eth_getBalance", "code": -32603, "message": "Internal error"}                              |
      | http_status         | {"match": "eth_getBalance", "status": 502, "body": "<html>bad gateway</html>"}                        |
      | http_status         | {"match": "eth_getBalance", "status": 429, "body": "slow down"}                                       |
      | not_json            | {"match": "eth_getBalance", "body": "<html>hello</html>"}                                            |
      | reset_before_answer | {"match": "eth_getBalance"}                                                                          |
      | reset_mid_body      | {"match": "eth_getBalance", "after_bytes": 20}                                                       |
      | truncate            | {"match": "eth_getBalance"}                                                                          |

  Scenario Outline: A call that a node's key or plan does not allow goes to the next node, and the log says so once: <fault>
    Given the EL of "a" has the fault <fault> <details>
    When weir runs
    And I call eth_getBalance with ["0x0000000000000000000000000000000000000001", "latest"]
    Then the answer is 200
    And the answer's text holds "result"
    And the log says "its key or plan does not allow"
    When I call eth_getBalance with ["0x0000000000000000000000000000000000000002", "latest"]
    And I call eth_getBalance with ["0x0000000000000000000000000000000000000003", "latest"]
    Then "b" has seen eth_getBalance 3 times
    And 1 lines of the log hold "its key or plan does not allow"
    And "a" has stayed fit

    Examples:
      | fault       | details                                                                                            |
      | rpc_error   | {"match": "eth_getBalance", "code": -32000, "message": "method not included in your current plan"} |
      | http_status | {"match": "eth_getBalance", "status": 403, "body": "forbidden"}                                    |

  Scenario Outline: An error about the request reaches the client as it came: <message>
    Given the EL of "a" has the fault rpc_error {"match": "eth_call", "code": <code>, "message": "<message>", "data": "0x08c379a0"}
    When weir runs
    And I call eth_call with [{"to": "0x0000000000000000000000000000000000000001"}, "latest"]
    Then the answer is 200 with the error <code>
    And the error says "<message>"
    And the answer's text holds 0x08c379a0
    And "b" has seen eth_call 0 times

    Examples:
      | code   | message                                  |
      | 3      | execution reverted: limit exceeded       |
      | -32602 | invalid argument 0                       |
      | -32000 | insufficient funds for gas * price       |
      | -32000 | nonce too low                            |

  Scenario: When every node has the same to say, the first one's answer is the client's
    Given the EL of "a" has the fault rpc_error {"match": "eth_getBalance", "code": -32000, "message": "missing trie node on a"}
    And the EL of "b" has the fault rpc_error {"match": "eth_getBalance", "code": -32000, "message": "missing trie node on b"}
    When weir runs
    And I call eth_getBalance with ["0x0000000000000000000000000000000000000001", "0x1"]
    Then the answer is 200 with the error -32000
    And the error says "on a"

  Scenario: Once an answer has begun there is no second try: it is cut off, and nothing is mixed into it
    Given the EL of "a" has the fault giant {"match": "eth_getLogs", "bytes": 2000000}
    And the EL of "a" has the fault reset_mid_body {"match": "eth_getLogs", "after_bytes": 1000000}
    # A reset may overtake what was sent just before it, so the node takes its time.
    And the EL of "a" has the fault drip {"match": "eth_getLogs", "bytes": 250000, "ms": 200}
    When weir runs
    Then "b" is fit
    When a call of eth_getLogs is under way
    Then the call under way is cut off
    And "b" has seen eth_getLogs 0 times
    And weir still answers

  Scenario: Connections that a node cuts off give their place in the pool back
    Given the setting server.workers = 1
    And the node "a" is configured with max_connections = 2
    And the EL of "a" has the fault reset_before_answer {"match": "eth_gasPrice"}
    When weir runs
    Then "b" is fit
    When I call these in turn: eth_getCode, eth_gasPrice, eth_getCode, eth_gasPrice, eth_getCode, eth_gasPrice, eth_getCode
    Then the answer is 200
    And "a" has seen eth_getCode 4 times
    And "b" has seen eth_gasPrice 3 times
    And "b" has seen eth_getCode 0 times
    And the metric el_node_connections of "a" is 1

  Scenario: A request that is too large for one node goes to the next, and is no evidence against the first
    Given the EL of "a" has the fault http_status {"match": "eth_call", "status": 413, "body": "request body too large"}
    When weir runs
    Then "b" is fit
    When I call these in turn: eth_call, eth_call, eth_call, eth_call, eth_call
    Then the answer is 200
    And "b" has seen eth_call 5 times
    And "a" has stayed fit

  Scenario: At most max_retries further nodes are asked
    Given primary nodes "c", "d"
    And the setting max_retries = 1
    And the EL of "a" has the fault rpc_error {"match": "eth_getCode", "code": -32000, "message": "missing trie node on a"}
    And the EL of "b" has the fault rpc_error {"match": "eth_getCode", "code": -32000, "message": "missing trie node on b"}
    When weir runs
    Then "c" is fit
    And "d" is fit
    When I call eth_getCode with ["0x0000000000000000000000000000000000000001", "0x1"]
    Then the answer is 200 with the error -32000
    And the error says "on a"
    And "b" has seen eth_getCode 1 time
    And "c" has seen eth_getCode 0 times

  Scenario: "Method not there" is believed of all nodes, not while one of them is away
    Given the EL of "a" has the fault rpc_error {"match": "debug_traceBlock", "code": -32601, "message": "the method debug_traceBlock does not exist"}
    And the EL of "b" has the fault rpc_error {"match": "debug_traceBlock", "code": -32601, "message": "the method debug_traceBlock does not exist"}
    When weir runs
    Then "b" is fit
    When I call debug_traceBlock with []
    Then the answer is 200 with the error -32601
    When "b" is killed
    Then "b" is unfit because of "connection refused"
    When I call debug_traceBlock with []
    Then the answer is 503 with the error -32603
    And the error says "one that is away may have it"

  Scenario: A transaction that one node took before it died is not lost in the refusal of another
    Given the EL of "a" has the fault executes_then_resets {"match": "eth_sendRawTransaction"}
    And the EL of "b" has the fault http_status {"match": "eth_sendRawTransaction", "status": 429, "body": "slow down"}
    When weir runs
    Then "b" is fit
    When I call eth_sendRawTransaction with ["0x02f870018203e8808477359400825208940000000000000000000000000000000000000001880de0b6b3a764000080c0"]
    Then the answer is 200
    And the answer's text holds "result":"0x

  Scenario: A batch that no node is there for gets an error for each of its calls
    When weir runs
    And "a" is killed
    And "b" is killed
    Then "a" is unfit because of "refused"
    And "b" is unfit because of "refused"
    When I post this batch
      """
      [{"jsonrpc":"2.0","id":1,"method":"eth_chainId"},{"jsonrpc":"2.0","id":"two","method":"eth_blockNumber"}]
      """
    Then the answer is 503
    And the batch answers are [[1,-32603],["two",-32603]]

  Scenario: Where there is no room to hold an answer back for judgement it goes on as it comes
    Given the setting server.workers = 1
    And the setting server.max_buffered_bytes = 1048576
    And the EL of "a" has the fault rpc_error {"match": "eth_getCode", "code": -32000, "message": "missing trie node on a"}
    And the EL of "a" has the fault giant {"match": "eth_getLogs", "bytes": 3000000}
    When weir runs
    Then "b" is fit
    When I post this batch
      """
      [{"jsonrpc":"2.0","id":1,"method":"eth_getCode","params":["0x0000000000000000000000000000000000000001","latest"]},{"jsonrpc":"2.0","id":2,"method":"eth_getLogs","params":[{}]}]
      """
    Then the answer is 200
    And the answer's text holds missing trie node on a
    And "b" has seen eth_getCode 0 times
    And the metric buffered_bytes is 0

  Scenario: A block that a node has not yet is found on one that has it
    When weir runs
    Then "b" is fit
    When "b" advances by 2 blocks
    Then "b" was checked at least 2 times more
    When I call eth_getBlockByNumber with ["0x66", false]
    Then the answer is 200
    And the answer's text holds "number":"0x66"

  Scenario: A block that nobody has is a plain null
    When weir runs
    And I call eth_getBlockByNumber with ["0xffff", false]
    Then the answer is 200 with the result null
    # Of its own accord weir asks the node whose heads it reads for its latest block: what clients cost is counted.
    And the metric el_requests_total of "a" is 1
    And the metric el_requests_total of "b" is 0

  Scenario: A transaction whose answer was lost is sent once and its hash is the answer
    Given the EL of "a" has the fault executes_then_resets {"match": "eth_sendRawTransaction"}
    And the EL of "b" has the fault rpc_error {"match": "eth_sendRawTransaction", "code": -32000, "message": "already known"}
    When weir runs
    And I call eth_sendRawTransaction with ["0x02f870018203e8808477359400825208940000000000000000000000000000000000000001880de0b6b3a764000080c0"]
    Then the answer is 200
    And the answer's text holds "result":"0x
    And all of "a, b" have executed the transaction 1 time together

  Scenario: A method that must not run twice is sent once, and the client is told
    Given the EL of "a" has the fault reset_before_answer {"match": "eth_sendTransaction"}
    When weir runs
    And I call eth_sendTransaction with [{}]
    Then the answer is 502 with the error -32603
    And the error says "was not repeated"
    And "b" has seen eth_sendTransaction 0 times

  Scenario: Elements of a batch are judged one by one
    Given the EL of "a" has the fault rpc_error {"match": "eth_gasPrice", "code": -32000, "message": "header not found"}
    When weir runs
    And I post this batch
      """
      [{"jsonrpc":"2.0","id":1,"method":"eth_chainId"},
       {"jsonrpc":"2.0","id":"two","method":"eth_gasPrice"},
       7,
       {"jsonrpc":"2.0","id":3,"method":"eth_blockNumber"}]
      """
    Then the answer is 200
    And "a" has seen eth_chainId 2 times
    And "b" has seen eth_gasPrice 1 time
    And the answer's text holds {"jsonrpc":"2.0","id":null,"error":{"code":-32600

  Scenario: A batch survives the death of its node
    Given the EL of "a" has the fault reset_mid_body {"match": "eth_getBalance", "after_bytes": 30}
    When weir runs
    And I post this batch
      """
      [{"jsonrpc":"2.0","id":1,"method":"eth_chainId"},{"jsonrpc":"2.0","id":2,"method":"eth_blockNumber"},{"jsonrpc":"2.0","id":3,"method":"eth_getBalance","params":["0x0000000000000000000000000000000000000001","latest"]}]
      """
    Then the answer is 200
    And "b" has seen eth_getBalance 1 time

  Scenario Outline: Bad input gets a clear error: <body>
    When weir runs
    And I post <body>
    Then the answer is 400 with the error <code>

    Examples:
      | body               | code   |
      | {"jsonrpc":        | -32700 |
      | hello              | -32700 |
      | []                 | -32600 |
      | "text"             | -32600 |
      | {"id":1}           | -32600 |

  Scenario: Deep nesting is refused, not followed
    When weir runs
    And nested arrays are posted, 100000 deep
    Then the answer is 400 with the error -32700
    And the error says "nested deeper"

  Scenario: A body larger than max_body_size is refused
    Given the setting max_body_size = "64KiB"
    When weir runs
    And a call of 100000 bytes is posted
    Then the answer is 413 with the error -32600

  Scenario: No fit node is 503 with the request's id
    Given the EL of "a" has the fault syncing
    And the EL of "b" has the fault syncing
    When weir runs
    And I post {"jsonrpc":"2.0","id":"mine","method":"eth_blockNumber"}
    Then the answer is 503 with the error -32603
    And the answer's id is "mine"
    And the error says "no fit execution node"

  Scenario: A node that accepts and never answers costs its share of the time and no more
    Given the EL of "a" has the fault hang {"match": "eth_getBalance"}
    And the setting proxy_timeout_ms = 3000
    When weir runs
    And I call eth_getBalance with ["0x0000000000000000000000000000000000000001", "latest"]
    Then the answer is 200
    # Two candidates: the first attempt may take half of the time.
    And it took less than 2900 ms

  Scenario: When no node answers in time it is 504
    Given the EL of "a" has the fault hang {"match": "eth_getBalance"}
    And the EL of "b" has the fault hang {"match": "eth_getBalance"}
    And the setting proxy_timeout_ms = 600
    When weir runs
    And I call eth_getBalance with ["0x0000000000000000000000000000000000000001", "latest"]
    Then the answer is 504 with the error -32603

  Scenario: When every attempt fails it is 502
    Given the EL of "a" has the fault reset_before_answer {"match": "eth_getBalance"}
    And the EL of "b" has the fault reset_before_answer {"match": "eth_getBalance"}
    When weir runs
    And I call eth_getBalance with ["0x0000000000000000000000000000000000000001", "latest"]
    Then the answer is 502 with the error -32603
    And the answer's text does not hold "127.0.0.1"

  Scenario: End-to-end headers reach the node, those of the connection do not
    When weir runs
    And I post {"jsonrpc":"2.0","id":1,"method":"sim_echo","params":[]} with the header X-Trace: abc
    Then the answer is 200
    And the node received the header X-Trace: abc
    When I post {"jsonrpc":"2.0","id":1,"method":"sim_echo","params":[]} with the header Keep-Alive: timeout=9
    Then the node received no header Keep-Alive

  Scenario: A compressed answer is judged and passes as it is
    Given the EL of "a" has the fault gzip
    When weir runs
    And I post {"jsonrpc":"2.0","id":1,"method":"eth_chainId"} with the header Accept-Encoding: gzip
    Then the answer is 200

  Scenario: 300 MB pass with less than 2 MB of memory
    When weir runs
    And I download 300 MB through weir
    Then I received at least 300 MB
    And weir needed less than 2 MB of memory for it

  Scenario: A client that leaves stops the node's transfer
    When weir runs
    And I start to download 300 MB through weir and leave
    Then "a" stops sending
