Feature: A reload that changes nodes fails nobody

  # Issue 8, entry 8

  @weir @service
  Scenario Outline: Sixty reloads that change the <what> of the only node lose no call
    Given primary nodes "a"
    When weir runs
    Then "a" is fit
    When 200 calls per second go out
    And the <what> of "a" changes by SIGHUP 60 times
    Then of at least 100 calls none has failed
    And the metric reloads_total with status "success" is at least 60
    Examples:
      | what   |
      | header |
      | path   |
      | name   |

  @weir @service
  Scenario: Reloads that follow upon each other take effect in order, the latest last
    Given primary nodes "a"
    When weir runs
    Then "a" is fit
    When 200 calls per second go out
    And the header of "a" changes by SIGHUP 30 times, without a wait
    Then of at least 50 calls none has failed

  @weir @service
  Scenario Outline: Three hundred different nodes one after the other need no restart, their <what> being another
    Given <kind> nodes "a"
    When weir runs
    Then "a" is fit
    When the <what> of "a" changes by SIGHUP 300 times
    Then the log does not say "not reloaded"
    Examples:
      | kind      | what   |
      | primary   | name   |
      | WebSocket | header |

  @weir @service
  Scenario: Another address takes effect once the node there has answered, and subscriptions go over
    Given WebSocket nodes "a"
    When weir runs
    Then "a" is fit
    When "alice" connects
    And "alice" subscribes to newHeads
    And 3 blocks come
    And the header of "a" changes by SIGHUP 5 times
    And 3 blocks come
    Then "alice" has got everything, once and in order
    And "alice" is still connected

  @weir @service
  Scenario: What cannot be had takes effect after the time of a check, and the log says which
    Given primary nodes "a"
    And the setting health_check_timeout_ms = 800
    When weir runs
    Then "a" is fit
    When 100 calls per second go out
    And weir is reloaded with "a" where nothing listens
    Then of at least 30 calls none has failed until the log says "configuration reloaded"
    And the log matches /configuration reloaded.*a: .*refused/

  @weir @service
  Scenario: A later file takes the place of one that still waits
    Given primary nodes "a"
    And a fake node "b"
    When weir runs
    Then "a" is fit
    When weir is reloaded with "a" where nothing listens
    And weir is reloaded with "b" at the place of "a"
    Then the log says "the later one counts" 1 time
    And "b" has got calls since
    And the log says "configuration reloaded" 1 time
