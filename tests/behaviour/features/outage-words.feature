Feature: The log and the metrics tell failovers and outages as they are

  # Issue 8, entry 14

  @weir @service
  Scenario: With all nodes away it says so once, the failover goes on, and its end is told with its length
    Given primary nodes "a"
    And backup nodes "b"
    When weir runs
    Then "a" is fit
    And "b" is fit
    When "a" goes away
    Then the log says "no primary is fit: backups serve" 1 time
    And the metric el_failover_active is 1
    When "b" goes away
    Then the log says "no EL node is fit" 1 time
    And "b" is unfit because of "connection refused"
    And the metric el_failover_active is 1
    And the log does not say "primaries serve again"
    When "a" is well again
    Then the log matches /EL serves again after \d+(\.\d)? s/
    And the metric el_failover_active is 0
    And the log says "primaries serve again" 1 time
    And the log says "no EL node is fit" 1 time

  @weir @service
  Scenario: A layer of beacon nodes is told of likewise
    Given beacon nodes "a"
    When weir runs
    Then "a" is fit
    When "a" goes away
    Then the log says "no CL node is fit" 1 time
    When "a" is well again
    Then the log matches /CL serves again after \d+(\.\d)? s/

  @weir @service
  Scenario: A reason that changes while a node is unfit is logged
    Given primary nodes "a", "b"
    When weir runs
    Then "a" is fit
    When "a" goes away
    Then "a" is unfit because of "connection refused"
    When "a" is well again
    And the EL of "a" gets the fault lag {"blocks": 12}
    Then the log matches /node is still unfit.*node=a .*lag 12 > 5/

  @weir @service
  Scenario Outline: <what> has a reason of its own in the metrics
    Given beacon nodes "a", "b"
    When weir runs
    Then "a" is fit
    When the CL of "a" gets the fault <fault>
    Then the metric cl_node_state_changes_total with reason "<reason>" is at least 1
    Examples:
      | what             | fault                          | reason       |
      | health           | health_status {"status": 503}  | health       |
      | el_offline       | el_offline                     | health       |
      | a check's 429    | health_status {"status": 429}  | rate_limited |

  @weir @service
  Scenario: A primary that fell five times is back at once when only a backup serves meanwhile
    Given primary nodes "a"
    And backup nodes "b"
    When weir runs
    Then "a" is fit
    And "b" is fit
    When "a" falls and returns 5 times
    Then its last return took no more than 4 checks

  # As HAProxy: beside-haproxy.feature, "A lone node is away for two seconds"
  @weir @service
  Scenario: In an outage that lasts nobody waits, over HTTP, in batches and at the Beacon API
    Given primary nodes "a"
    And beacon nodes "b"
    When weir runs
    And "a" goes away
    And "b" goes away
    And there has been no EL node and no CL node for 3200 ms
    Then calls, batches and Beacon reads are refused with 503 within 250 ms
