@websocket @weir
Feature: No head that has a name goes backwards, whatever method tells it

  # spec: health-and-routing.md, Selection, last line
  # field: smartcontractkit/ccip#1580, bnb-chain/bsc#1683
  # At block 128, one block is an epoch: a's finalized block is 64, b's is 32; safe: 96 and 64.

  @monotonic
  Scenario Outline: <tag>, over HTTP, with <policy>
    Given primary nodes "a" and "b"
    And the setting policy = "<policy>"
    When weir runs
    And all nodes advance by 28 blocks
    And the EL of "<behind>" gets the fault lag {"blocks":1}
    Then "a" is fit
    And "b" is fit
    And the <tag> block that eth_getBlockByNumber, eth_getHeaderByNumber, eth_getBlockReceipts, eth_feeHistory, eth_getBlockByNumber with transactions tells over HTTP is <number>, 8 times

    Examples:
      | tag       | number | policy      | behind |
      | finalized | 64     | round_robin | b      |
      | safe      | 96     | round_robin | b      |
      | latest    | 128    | round_robin | b      |
      | pending   | 128    | round_robin | b      |
      | finalized | 64     | round_robin | a      |

  @monotonic
  Scenario Outline: <tag>, over one WebSocket session
    Given primary nodes "a" and "b"
    And the setting policy = "round_robin"
    When weir runs
    And all nodes advance by 28 blocks
    And the EL of "b" gets the fault lag {"blocks":1}
    Then "a" is fit
    And "b" is fit
    When "alice" connects
    Then the <tag> block that eth_getBlockByNumber, eth_getBlockReceipts, eth_feeHistory tells "alice" never falls, 8 times

    Examples:
      | tag       |
      | finalized |
      | safe      |
      | latest    |
      | pending   |

  @monotonic
  Scenario: A node that has lost its finalized block is passed over
    Given primary nodes "a" and "b"
    And the setting policy = "round_robin"
    When weir runs
    Then "a" is fit
    And "b" is fit
    And the finalized block that eth_getBlockByNumber tells over HTTP is 32, 2 times
    When the EL of "a" gets the fault null_result {"match":"eth_getBlockByNumber"}
    Then the finalized block that eth_getBlockByNumber tells over HTTP is 32, 4 times
    When "a" is well again
    And the EL of "a" gets the fault rpc_error {"code":-39001,"message":"finalized block not found","match":"eth_getBlockByNumber"}
    Then the finalized block that eth_getBlockByNumber tells over HTTP is 32, 4 times

  @monotonic
  Scenario: The node that told the most is killed, and a session waits until the other one comes to it
    Given primary nodes "a" and "b"
    When weir runs
    And all nodes advance by 28 blocks
    And the EL of "b" gets the fault lag {"blocks":1,"match":"eth_getBlockByNumber"}
    Then "a" is fit
    And "b" is fit
    When "alice" connects
    And "alice" is told the finalized block
    And "a" is killed
    And "b" comes to its block after 500 ms
    And "alice" is told the finalized block again, which is no lower

  @monotonic
  Scenario: A chain that stays lower for ten seconds did go back
    Given primary nodes "a" and "b"
    When weir runs
    And all nodes advance by 28 blocks
    And the EL of "b" gets the fault lag {"blocks":1,"match":"eth_getBlockByNumber"}
    Then "a" is fit
    And "b" is fit
    When "alice" connects
    And "alice" is told the finalized block
    And "a" is killed
    Then "alice" is told that the finalized block is 32, after 9 to 14 s
    And "alice" is told that the finalized block is 32, after 0 to 1 s
