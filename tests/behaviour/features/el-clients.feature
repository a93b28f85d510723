Feature: Applications in front of real execution nodes

  # spec: DESIGN "nothing lost, nothing doubled, nothing invented"; health-and-routing, Retry

  @el:transparent
  Scenario Outline: viem sees what it would see without weir: <read>
    Given real execution nodes that all scenarios may read, "first" and "second"
    When weir runs
    Then viem reads the same through weir as from the node: <read>

    Examples:
      | read                  |
      | getBlockNumber        |
      | getChainId            |
      | getBlock              |
      | getBalance            |
      | getTransactionCount   |
      | getCode               |
      | call                  |
      | estimateGas           |
      | getLogs               |
      | getTransactionReceipt |
      | getStorageAt          |
      | getFeeHistory         |

  @el:transparent
  Scenario Outline: ethers sees what it would see without weir: <read>
    Given real execution nodes that all scenarios may read, "first" and "second"
    When weir runs
    Then ethers reads the same through weir as from the node: <read>

    Examples:
      | read                  |
      | getBlockNumber        |
      | getBlock              |
      | getBalance            |
      | getTransactionCount   |
      | call                  |
      | getLogs               |
      | getTransactionReceipt |
      | send                  |

  @el:batch
  Scenario: A batch of viem's is answered whole and in place
    Given real execution nodes that all scenarios may read, "first" and "second"
    When weir runs
    Then a batch of 50 reads with viem gives what the node gives one by one

  @el:errors
  Scenario: A revert keeps its reason and its data
    Given real execution nodes that all scenarios may read, "first" and "second"
    When weir runs
    Then a call that reverts gives viem the reason and the data of the contract
    And the text of a revert is byte for byte what the node says

  @el:transparent
  Scenario Outline: A real node's answer passes byte for byte: <body>
    Given real execution nodes that all scenarios may read, "first" and "second"
    When weir runs
    Then the answer to <body> is byte for byte what the node says

    Examples:
      | body                                                                                  |
      | {"jsonrpc":"2.0","id":1,"method":"eth_getBlockByNumber","params":["0x3",true]}        |
      | {"jsonrpc":"2.0","id":"x","method":"eth_getBlockByNumber","params":["0xffff",false]}  |
      | {"jsonrpc":"2.0","id":1,"method":"eth_getBalance","params":["nonsense","latest"]}     |
      | { "method" : "eth_chainId", "id" : -3 , "jsonrpc" : "2.0" }                           |
      | {"jsonrpc":"2.0","id":1,"method":"eth_noSuchMethod","params":[]}                      |

  @el:raw-transaction
  Scenario: A signed transaction whose answer got lost is in the pool once, and its hash is the answer
    Given real execution nodes of this scenario alone, "first"
    And "first" is reached through a pipe that loses the answers to eth_sendRawTransaction
    And "again" is the same node, reached directly
    When weir runs
    Then "first" is fit
    And "again" is fit
    When a signed transfer is sent with viem
    Then 1 answer got lost
    And its hash was the answer and "first" has it once in its pool

  @el:at-most-once
  Scenario: A transaction that the node signs itself is never sent twice
    Given real execution nodes of this scenario alone, "first"
    And "first" is reached through a pipe that loses the answers to eth_sendTransaction
    And "again" is the same node, reached directly
    When weir runs
    Then "first" is fit
    And "again" is fit
    When eth_sendTransaction is called
    Then 1 answer got lost
    And the answer is 502 with the error -32603
    And the answer's id is "once"
    And the error says "eth_sendTransaction was not repeated"
    And "first" has 1 transaction in its pool
