Feature: What weir itself slept through is held against no node

  # Issue 8, entry 19

  @weir @service
  Scenario: A pause while the chain goes on makes no lag and no failover
    Given primary nodes "a", "b" whose chain goes on every 100 ms
    And the setting health_check_interval_ms = 300
    And the setting health_check_timeout_ms = 400
    And the setting ws_ping_interval_ms = 300
    When weir runs
    Then "a" is fit
    And "b" is fit
    When weir is stopped for 1500 ms while the chain goes on
    Then the log says "weir was stopped, or the machine was" 1 time
    And "a" was checked at least 3 times more
    And no node became unfit
    And the metric el_failovers_total is 0

  @weir @service
  Scenario: Nodes that are only asked, not heard
    Given beacon nodes "a", "b" whose chain goes on every 100 ms
    And the setting health_check_interval_ms = 300
    And the setting health_check_timeout_ms = 400
    When weir runs
    Then "a" is fit
    And "b" is fit
    When weir is stopped for 1500 ms while the chain goes on
    Then "a" was checked at least 3 times more
    And no node became unfit

  # Heads from before it and from after it are less than two check intervals apart
  @weir @service
  Scenario: A pause that is hardly longer than the time between checks
    Given beacon nodes "a", "b" whose chain goes on every 100 ms
    And the default settings for checks
    And the setting max_cl_lag_slots = 12
    When weir runs
    Then "a" is fit
    And "b" is fit
    When weir is stopped for 1500 ms while the chain goes on
    Then "a" was checked at least 2 times more
    And no node became unfit

  # Nor is what the chain does between two checks: ten blocks a second are twice the lag that is allowed
  @weir @service
  Scenario Outline: A chain that goes on by more than the allowed lag from one check to the next: <layer> nodes
    Given <layer> nodes "a", "b" whose chain goes on every 100 ms
    And the default settings for checks
    And the nodes have no WebSocket
    When weir runs
    Then "a" is fit
    And "b" is fit
    When the pace of its chain is known
    And 4000 ms go by
    Then no node has become unfit since

    Examples:
      | layer   |
      | primary |
      | beacon  |

  @weir @service
  Scenario: Requests whose time ran out meanwhile are no evidence
    Given primary nodes "a"
    And the EL of "a" has the fault delay {"ms": 300, "match": "eth_gasPrice"}
    And the setting proxy_timeout_ms = 600
    And the setting server.workers = 1
    When weir runs
    Then "a" is fit
    When 8 calls of eth_gasPrice are under way and weir is stopped for 1200 ms
    Then "a" was checked at least 3 times more
    And no node became unfit
