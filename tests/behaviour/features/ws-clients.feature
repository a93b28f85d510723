@websocket
Feature: viem and ethers over WebSocket, with real nodes that die

  # spec: issue 3, "It must show"; websocket.md, lines 10, 12, 14, 18

  Background:
    Given the setting ws_ping_interval_ms = 500
    And the setting health_check_timeout_ms = 500
    And the setting proxy_timeout_ms = 6000

  @ws:12 @ws:14
  Scenario Outline: viem watches blocks, block numbers, events and pending transactions while the node is lost by <way>
    Given real WebSocket nodes "first" and "second" with a block every 150 ms
    When weir runs
    Then "first" is fit
    And "second" is fit
    When viem watches blocks, events and pending transactions
    And real clients have seen 5 more blocks
    And the real node "first" is lost by <way>
    And real clients have seen 5 more blocks
    Then a transaction that viem sends is mined and seen by all
    And no more than the last block is missing and none came twice

    Examples:
      | way     |
      | SIGKILL |
      | SIGSTOP |
      | lag     |

  @ws:12 @ws:14
  Scenario Outline: ethers' WebSocketProvider hears blocks and events while the node is lost by <way>
    Given real WebSocket nodes "first" and "second" with a block every 150 ms
    When weir runs
    Then "first" is fit
    And "second" is fit
    When ethers listens to blocks, events and pending transactions
    And real clients have seen 5 more blocks
    And the real node "first" is lost by <way>
    And real clients have seen 5 more blocks
    Then a transaction that ethers sends is mined and seen by all
    And no more than the last block is missing and none came twice

    Examples:
      | way     |
      | SIGKILL |
      | SIGSTOP |
      | lag     |

  @ws:18 @ws:19 @ws:21
  Scenario: Both through several deaths and returns
    Given real WebSocket nodes "first" and "second" with a block every 150 ms
    When weir runs
    Then "first" is fit
    And "second" is fit
    When viem watches blocks, events and pending transactions
    And ethers listens to blocks, events and pending transactions
    And real clients have seen 3 more blocks
    And the real node "first" is lost by SIGKILL
    And real clients have seen 3 more blocks
    And the real node "first" comes back
    Then "first" is fit
    When the real node "second" is lost by SIGSTOP
    And real clients have seen 3 more blocks
    And the real node "second" comes back
    Then "second" is fit
    When the real node "first" is lost by SIGKILL
    And real clients have seen 3 more blocks
    Then no more than the last block is missing and none came twice
