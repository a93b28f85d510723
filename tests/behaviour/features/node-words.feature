@weir
Feature: What nodes say is read as it is meant
  # spec: issue 8, entries 3, 4, 6, 7, 11, 13, 25; docs/node-errors.md

  Background:
    Given the setting server.workers = 1

  Scenario Outline: HTTP <status> with <body> is the node's failure: the next one is asked
    # issue 8, 3
    Given primary nodes "a", "b"
    And the EL of "a" has the fault http_status {"match": "eth_gasPrice", "status": <status>, "body": <body>}
    When weir runs
    And I call eth_gasPrice
    Then the answer is 200 with the result "0x3b9aca00"
    And "b" has seen eth_gasPrice 1 time
    And the metric el_retries_total with reason "<reason>" is at least 1

    Examples:
      | status | body                                              | reason   |
      | 500    | "{\"error\":\"boom\"}"                            | http_5xx |
      | 502    | "{\"message\":\"no upstream\"}"                   | http_5xx |
      | 500    | {"id":1,"error":{"message":"boom"}}               | http_5xx |
      | 500    | {"id":1,"error":{"code":-32099,"message":"boom"}} | http_5xx |
      | 503    | ""                                                | http_5xx |
      | 404    | "{\"error\":\"no such route\"}"                   | http_4xx |
      | 200    | {"id":1,"error":{}}                               | bad_answer |

  Scenario Outline: HTTP <status> with an error that is known stays the client's
    Given primary nodes "a", "b"
    And the EL of "a" has the fault rpc_error {"match": "eth_call", "status": <status>, "code": <code>, "message": "<words>"}
    When weir runs
    And I call eth_call with [{}, "latest"]
    Then the answer is <status> with the error <code>
    And "b" has seen eth_call 0 times

    Examples:
      | status | code   | words                        |
      | 500    | 3      | execution reverted: no funds |
      | 400    | 3      | execution reverted           |
      | 500    | -32602 | boom                         |
      | 200    | -32099 | words unheard of             |

  Scenario Outline: A result under HTTP 500 is a result, over <way>
    # issue 8, 25
    Given primary nodes "a", "b"
    And the EL of "a" has the fault http_status {"match": "net_version", "status": 500, "body": <body>}
    When weir runs
    And I post <call>
    Then the answer is exactly
      """
      <answer>
      """
    And the answer is 200
    And "b" has seen net_version 0 times

    Examples:
      | way       | body                              | call                                  | answer                            |
      | a call    | "{\"id\":1,\"result\":\"7\"}"     | {"id":1,"method":"net_version"}       | {"id":1,"result":"7"}             |
      | a batch   | "[{\"id\":1,\"result\":\"7\"}]"   | [{"id":1,"method":"net_version"}]     | [{"id":1,"result":"7"}]           |

  Scenario Outline: A transaction that died with its node's connection is in, as the next node says: <words>
    # issue 8, 4: nethermind#4148, #12153, ethers.js#4186
    Given primary nodes "a", "b"
    And the EL of "a" has the fault executes_then_resets {"match": "eth_sendRawTransaction"}
    And the EL of "b" has the fault rpc_error {"match": "eth_sendRawTransaction", "code": <code>, "message": "<words>"}
    When weir runs
    And I send a raw transaction
    Then I get the hash of that transaction

    Examples:
      | code   | words                                                        |
      | -32000 | AlreadyKnown                                                 |
      | -32010 | Transaction with the same hash was already imported.         |
      | -32000 | INTERNAL_ERROR: existing tx with same hash                   |
      | -32603 | tx already exists in cache                                   |
      | -32000 | already in mpool: validation failure                         |
      | 3      | known transaction. transaction with hash 0xab is already in the system |
      | -32000 | txn-already-in-mempool                                     |

  Scenario: On the first attempt "already known" is the node's answer to the client
    Given primary nodes "a", "b"
    And the EL of "a" has the fault rpc_error {"match": "eth_sendRawTransaction", "code": -32000, "message": "AlreadyKnown"}
    When weir runs
    And I send a raw transaction
    Then the answer is 200 with the error -32000

  Scenario Outline: Too many logs, as <who> says it, is the client's to mend, and nobody rests for it
    # issue 8, 6: ponder#2386
    Given primary nodes "a", "b"
    And the EL of "a" has the fault rpc_error {"match": "eth_getLogs", "code": <code>, "message": "<words>"}
    When weir runs
    And I call eth_getLogs with [{"fromBlock": "0x1", "toBlock": "0x50"}]
    Then the answer is 200 with the error <code>
    And "b" has seen eth_getLogs 0 times
    When I call eth_gasPrice
    Then "a" has seen eth_gasPrice 1 time

    Examples:
      | who          | code   | words                                         |
      | a BSC node   | -32005 | limit exceeded                                |
      | Nethermind   | -32005 | Too many logs requested. Max logs per response is 20000. |
      | Besu         | -32005 | Requested range exceeds maximum RPC range limit |
      | nobody known | -32005 | more than I care to give                      |
      | Avalanche    | -32000 | requested too many blocks from 1 to 80, maximum is set to 50 |

  Scenario Outline: "<words>" with <code> is the node's: the next one answers <method>
    Given primary nodes "a", "b"
    And the EL of "a" has the fault rpc_error {"match": "<method>", "code": <code>, "message": "<words>", "data": <data>}
    When weir runs
    And I call <method> with <params>
    Then "b" has seen <method> 1 time

    Examples:
      | method      | params                                | code     | words                                       | data |
      | eth_call    | [{}, "latest"]                        | -32046   | Cannot fulfill request                      | null |
      | eth_call    | [{}, "latest"]                        | -32015   | gateway timeout                             | null |
      | eth_call    | [{}, "latest"]                        | 19       | Temporary internal error. Please retry      | null |
      | eth_call    | [{}, "latest"]                        | -32603   | words unheard of                            | null |
      | eth_call    | [{}, "latest"]                        | -32000   | header for hash not found                   | null |
      | eth_call    | [{}, "latest"]                        | -32099   | Failed                                      | "height 5 is not available, lowest height is 9" |
      | eth_getLogs | [{"fromBlock":"0x1","toBlock":"0x2"}] | -32602   | block range extends beyond current head block | null |
      | eth_getLogs | [{"fromBlock":"0x1","toBlock":"0x2"}] | -32005   | You've exceeded the RPS limit available on the current plan | null |

  Scenario Outline: "<words>" of a transaction is about the transaction, and nobody rests for it
    Given primary nodes "a", "b"
    And the EL of "a" has the fault rpc_error {"match": "eth_sendRawTransaction", "code": -32000, "message": "<words>"}
    When weir runs
    And I send a raw transaction
    Then the answer is 200 with the error -32000
    When I call eth_gasPrice
    Then "a" has seen eth_gasPrice 1 time

    Examples:
      | words                                    |
      | account limit exceeded: pooled 16 txs    |
      | transaction blob limit exceeded: limit 6 |
      | gas limit reached                        |

  Scenario: A rate on eth_getLogs is still one
    Given primary nodes "a", "b"
    And the EL of "a" has the fault rpc_error {"match": "eth_getLogs", "code": -32005, "message": "project ID request rate exceeded"}
    When weir runs
    And I call eth_getLogs with [{"fromBlock": "0x1", "toBlock": "0x2"}]
    Then "b" has seen eth_getLogs 1 time

  Scenario Outline: <method> may be repeated: <repeated>
    # issue 8, 7
    Given the setting safe_methods = ["abc_*", "xyz_setColour"]
    And the setting unsafe_methods = ["xyz_*", "erigon_cache*"]
    And primary nodes "a", "b"
    And the EL of "a" has the fault reset_before_answer {"match": "<method>"}
    When weir runs
    And I call <method>
    Then "b" has seen <method> <times>

    Examples:
      | method                | repeated | times   |
      | erigon_forks          | yes      | 1 time  |
      | nethermind_getThing   | yes      | 1 time  |
      | parity_netPeers       | yes      | 1 time  |
      | linea_getProof        | yes      | 1 time  |
      | zks_estimateFee       | yes      | 1 time  |
      | abc_anything          | yes      | 1 time  |
      | xyz_setColour         | yes      | 1 time  |
      | xyz_colour            | no       | 0 times |
      | erigon_cacheCheck     | no       | 0 times |
      | parity_setMode        | no       | 0 times |
      | zks_sendRawTransactionWithDetailedOutput | no | 0 times |
      | foo_getBar            | no       | 0 times |

  Scenario Outline: Padded quantities of a node are read, over <way>
    # issue 8, 11
    Given <nodes> nodes "a", "b"
    And the EL of "a" has the fault padded
    When weir runs
    Then "a" is fit
    When all nodes advance by 3 blocks
    And I call eth_blockNumber
    Then the answer is 200 with the result "0x067"
    And "a" has stayed fit
    When I call eth_getBalance with ["0x0000000000000000000000000000000000000001", "0x01"]
    Then "a" has seen eth_getBalance 1 time

    Examples:
      | way       | nodes     |
      | HTTP      | primary   |
      | WebSocket | WebSocket |

  Scenario Outline: "<words>" is the node's own trouble: the next node answers, and the log tells the operator once
    # issue 8, 13
    Given primary nodes "a", "b"
    And the EL of "a" has the fault rpc_error {"match": "eth_getLogs", "code": -32000, "message": "<words>"}
    When weir runs
    And I call eth_getLogs with [{"fromBlock": "0x1", "toBlock": "0x2"}]
    Then "b" has seen eth_getLogs 1 time
    And the log says "node speaks of trouble of its own"
    When I call eth_getLogs with [{"fromBlock": "0x1", "toBlock": "0x2"}]
    Then "b" has seen eth_getLogs 2 times
    And the log has 1 line that holds "node=a words=" and "<words>"

    Examples:
      | words                                                         |
      | failed to retrieve log value pointer 5: pebble: not found     |
      | mdbx_txn_begin: no space left on device                       |
      | context deadline exceeded                                     |
      | Post http://127.0.0.1/: EOF                                   |

  Scenario: A batch's element in trouble is asked elsewhere, and logged
    Given primary nodes "a", "b"
    And the EL of "a" has the fault rpc_error {"match": "eth_getLogs", "code": -32000, "message": "leveldb: closed"}
    When weir runs
    And I post [{"id":1,"method":"eth_gasPrice"},{"id":2,"method":"eth_getLogs","params":[{"fromBlock":"0x1","toBlock":"0x1"}]}]
    Then "b" has seen eth_getLogs 1 time
    And the log has 1 line that holds "node=a words=" and "leveldb: closed"

  Scenario: Of a node's words the log holds no key, and not more than a line
    Given a primary node "a" whose path holds the key "k3y0123456789abcdef"
    And the EL of "a" has the fault rpc_error {"match": "eth_getLogs", "code": -32000, "message": "pebble: closed at k3y0123456789abcdef\nxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx the end"}
    When weir runs
    And I call eth_getLogs with [{"fromBlock": "0x1", "toBlock": "0x2"}]
    Then the log has 1 line that holds "node=a words=" and "pebble: closed at ***?xxx"
    And nothing that weir says holds "k3y0123456789abcdef"
    And nothing that weir says holds "the end"

  Scenario: A byte order mark in front of a node's JSON is nobody's business
    # issue 8, 25; RFC 8259 §8.1
    Given WebSocket nodes "a", "b"
    And the EL of "a" has the fault marked
    When weir runs
    Then "a" is fit
    When I call eth_gasPrice
    Then the answer is exactly
      """
      {"jsonrpc":"2.0","id":1,"result":"0x3b9aca00"}
      """
    When I post [{"id":1,"method":"eth_gasPrice"}]
    Then the answer is exactly
      """
      [{"jsonrpc":"2.0","id":1,"result":"0x3b9aca00"}]
      """
    When I call eth_gasPrice over WebSocket
    Then I get the right eth_gasPrice under my own id
    And "b" has seen eth_gasPrice 1 time

  Scenario Outline: A request that is none is told what is wrong with it: <request>
    # issue 8, 25; JSON-RPC 2.0 §4
    Given primary nodes "a"
    When weir runs
    And I post <request>
    Then the answer is 400 with the error -32600
    And the error says "<words>"

    Examples:
      | request                          | words                                             |
      | {"id":{},"method":"eth_chainId"} | the id is neither a string, nor a number, nor null |
      | {"id":[1],"method":"eth_chainId"} | the id is neither a string, nor a number, nor null |
      | {"id":1}                         | no method                                         |
      | {"id":1,"method":5}              | no method, or one that is no string               |
      | {"id":1,"Method":"eth_chainId"}  | more than one reading                             |
