@websocket
Feature: Filters (eth_newFilter and its family) work behind weir

  # spec: issue 3, "To deliver", 5; facts.md, Methods

  Background:
    Given the setting ws_ping_interval_ms = 400
    And the setting health_check_timeout_ms = 500
    And the setting proxy_timeout_ms = 4000

  @filters
  Scenario Outline: A block filter over <road> tells each block once, across the death of its node
    Given WebSocket nodes "a" and "b"
    When weir runs
    And a block filter is made over <road>
    And 3 blocks come
    Then the filter has told each block once
    When 2 blocks come
    And "a" is lost by SIGKILL
    And 3 blocks come
    Then the filter has told each block once
    When 2 blocks come
    Then the filter has told each block once
    And the filter tells nothing when nothing has come

    Examples:
      | road      |
      | HTTP      |
      | WebSocket |

  @filters
  Scenario Outline: A log filter over <road> tells each log once, across the death of its node
    Given WebSocket nodes "a" and "b"
    When weir runs
    And a filter for the logs of one contract is made over <road>
    And 4 blocks come
    Then the filter has told each log of it once
    When 4 blocks come
    And "a" is lost by SIGKILL
    And 4 blocks come
    Then the filter has told each log of it once
    When 4 blocks come
    Then the filter has told each log of it once
    And eth_getFilterLogs gives all of its logs

    Examples:
      | road      |
      | HTTP      |
      | WebSocket |

  @filters
  Scenario Outline: A filter for pending transactions over <road> lives across the death of its node
    Given WebSocket nodes "a" and "b"
    When weir runs
    And a filter for pending transactions is made over <road>
    And all nodes hear of the transaction 0x01
    Then the filter tells of the transaction 0x01
    When "a" is lost by SIGKILL
    Then the filter has not been forgotten
    When all nodes hear of the transaction 0x02
    Then the filter tells of the transaction 0x02

    Examples:
      | road      |
      | HTTP      |
      | WebSocket |

  @filters
  Scenario: A filter belongs to no connection
    Given WebSocket nodes "a" and "b"
    When weir runs
    And a block filter is made over WebSocket
    And 2 blocks come
    Then the filter has told each block once
    When the filter is used over HTTP from now on
    And 2 blocks come
    Then the filter has told each block once
    When "a" is lost by SIGKILL
    And 2 blocks come
    And the filter is used over WebSocket from now on
    Then the filter has told each block once
    And the filter can be uninstalled once

  @filters
  Scenario: A reorganisation is seen by filters too
    Given WebSocket nodes "a" and "b"
    When weir runs
    And a block filter is made over HTTP
    And 5 blocks come
    Then the filter has told each block once
    When the chain is reorganised 2 blocks deep
    And 1 block comes
    Then the filter tells 3 new blocks that end with the tip

  @filters
  Scenario Outline: Filters are spread over nodes by the policy round_robin and still each finds its own (<road>)
    Given WebSocket nodes "a" and "b"
    And the setting policy = "round_robin"
    When weir runs
    And 6 block filters are made over <road>
    And 3 blocks come
    Then each of the filters tells the 3 blocks
    When "b" is lost by SIGKILL
    And 2 blocks come
    Then each of the filters tells the 2 blocks

    Examples:
      | road      |
      | HTTP      |
      | WebSocket |

  @filters
  Scenario Outline: An unknown filter is the node's kind of error over <road>
    Given WebSocket nodes "a" and "b"
    When weir runs
    Then eth_getFilterChanges of an unknown filter over <road> is the error -32000 "filter not found"
    And eth_getFilterLogs of an unknown filter over <road> is the error -32000 "filter not found"
    And eth_uninstallFilter of an unknown filter over <road> is false

    Examples:
      | road      |
      | HTTP      |
      | WebSocket |

  @filters
  Scenario Outline: A filter that was uninstalled over <road> is gone
    Given WebSocket nodes "a" and "b"
    When weir runs
    And a block filter is made over <road>
    Then the filter can be uninstalled once
    When "a" is lost by SIGKILL
    Then the filter is not there any more

    Examples:
      | road      |
      | HTTP      |
      | WebSocket |

  @filters
  Scenario: Filters are told apart in a batch
    Given WebSocket nodes "a" and "b"
    When weir runs
    And "alice" connects
    And a block filter is made over WebSocket
    And 2 blocks come
    Then a batch of eth_chainId and eth_getFilterChanges over HTTP tells 2 blocks
    When 1 block comes
    Then a batch of eth_chainId and eth_getFilterChanges over WebSocket tells 1 blocks
