Feature: Nodes die and come back, and nobody notices

  # spec: issue 2 "It must show"; health-and-routing, Selection

  @show:el-failover @health:selection
  Scenario: Execution nodes are killed, stopped and brought back under 200 reads per second, and none fails
    Given real execution nodes, primaries "first", "second", backups "spare", with a block every 200 ms
    And the setting health_check_interval_ms = 300
    And the setting health_check_timeout_ms = 500
    And the setting proxy_timeout_ms = 6000
    When weir runs
    Then "first" is fit
    And "second" is fit
    And "spare" is fit
    When viem sends 200 mixed reads per second through weir
    Then all of 200 requests go to "first"
    When "first" is killed with SIGKILL
    Then all of 200 requests go to "second"
    And "spare" has got no request so far
    And the metric el_failover_active is 0
    When "second" is stopped with SIGSTOP
    Then all of 200 requests go to "spare"
    And the metric el_failover_active is 1
    When "first" is brought back
    Then within two health intervals of its fitness all of 200 requests go to "first"
    And the metric el_failover_active is 0
    When "second" is brought back
    Then "second" is fit
    And all of 200 requests go to "first"
    And of at least 1200 requests none has failed
    And no request took longer than 3000 ms
    And "spare" was used only while no primary was fit
    And the metric el_failovers_total is 1

  @show:cl-failover @health:selection
  Scenario: Beacon nodes are killed, stopped and brought back under 200 reads per second, and none fails
    Given beacon nodes with a slot every 300 ms, "first", "second" and "third"
    And the setting health_check_interval_ms = 300
    And the setting health_check_timeout_ms = 500
    And the setting proxy_timeout_ms = 6000
    When weir runs
    Then "first" is fit
    And "second" is fit
    And "third" is fit
    When 200 reads of the Beacon API per second go through weir
    Then all of 200 requests go to "first"
    When "first" is killed with SIGKILL
    Then all of 200 requests go to "second"
    And "third" has got no request so far
    When "second" is stopped with SIGSTOP
    Then all of 200 requests go to "third"
    When "first" is brought back
    Then within two health intervals of its fitness all of 200 requests go to "first"
    When "second" is brought back
    Then "second" is fit
    And all of 200 requests go to "first"
    And of at least 1200 requests none has failed
    And no request took longer than 3000 ms
    And "third" was used only while no primary was fit

  @show:share-of-the-deadline
  Scenario: A beacon node that accepts and never answers costs no request more than its attempt's share
    Given beacon nodes "hung", "b"
    And the CL of "hung" has the fault hang {"match": "genesis"}
    And the setting proxy_timeout_ms = 3000
    When weir runs
    Then "b" is fit
    When 20 clients each ask for /eth/v1/beacon/genesis at once
    # Two candidates: the first attempt may take half of the time.
    Then each is answered 200 within 2900 ms

  @show:start-up
  Scenario: The first request is served within 300 ms of the start
    Given primary nodes "a", "b"
    And beacon nodes "c"
    # The best of five: what else the machine does at that moment is not weir's.
    When weir is started up to 5 times while its nodes are up
    Then the first request is served within 300 ms of its start
