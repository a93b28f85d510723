@weir
Feature: Who is behind a name's new address is checked before requests go there
  # issue 8, entry 18: an address is given to somebody else, or a record names a machine that is not ready

  Background:
    Given a name server
    And nodes "old", "new" that the name node.weir.test may stand for
    And the setting health_check_interval_ms = 1000

  Scenario: A record that moves to a node on another chain brings no answer from there
    Given the primary node "a" is reached by that name
    And the name stands for "old" for 1 second
    When weir runs
    And "new" is on chain 5
    And calls come 200 times a second
    Then 20 more calls are answered
    When the name comes to stand for "new" for 1 second
    Then "a" is unfit because of "wrong chain 0x5, expected 0x1"
    And no call has been answered by chain 5

  Scenario: A node that is found unfit is looked up at once, however long its record holds
    Given the primary node "a" is reached by that name
    And the name stands for "old" for 3600 seconds
    When weir runs
    And calls come 20 times a second
    Then 5 more calls are answered
    When the name comes to stand for "new" for 3600 seconds
    And "old" is syncing a thousand blocks behind
    Then "new" gets calls within 3 seconds
    And no call has failed

  Scenario: A beacon node that is found unfit is looked up at once
    Given the beacon node "b" is reached by that name
    And the name stands for "old" for 3600 seconds
    When weir runs
    Then "b" is fit
    When the name comes to stand for "new" for 3600 seconds
    And the beacon node at "old" has lost its execution node
    Then "new" gets checks of a beacon node within 3 seconds
    And "b" is fit
