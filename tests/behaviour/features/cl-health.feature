Feature: Health of beacon nodes

  # spec: health-and-routing, Checks and Fitness; beacon 7

  @health:cl
  Scenario Outline: A beacon node with the fault <fault> <details> is unfit because of "<reason>"
    Given beacon nodes "a", "b"
    And the CL of "a" has the fault <fault> <details>
    When weir runs
    Then "a" is unfit because of "<reason>"
    And "b" is fit
    And the metric cl_healthy_nodes is 1

    Examples:
      | fault         | details                                                     | reason                        |
      | health_status | {"status": 503}                                             | health 503                    |
      | health_status | {"status": 206}                                             | syncing                       |
      | optimistic    | {}                                                          | optimistic                    |
      | el_offline    | {}                                                          | its execution node is offline |
      | lag           | {"blocks": 4}                                               | lag 4 > 3                     |
      | http_status   | {"match": "headers/head", "status": 500}                    | headers/head: HTTP 500        |
      | not_json      | {"match": "headers/head", "body": "{\"data\":{}}"}          | no slot in the answer         |
      | not_json      | {"match": "headers/head", "body": "{\"data\":{\"header\":{\"message\":{\"slot\":\"0x64\"}}}}"} | no slot in the answer |

  @health:cl
  Scenario: A node that says is_syncing is unfit although its health is 200
    Given beacon nodes "a", "b"
    And the CL of "a" has the fault syncing
    And the CL of "a" has the fault health_status {"status": 200}
    When weir runs
    Then "a" is unfit because of "syncing"
    And "b" is fit

  @health:cl
  Scenario: A lag of exactly the limit is no reason
    Given beacon nodes "a", "b"
    And the CL of "a" has the fault lag {"blocks": 3}
    When weir runs
    Then "a" is fit
    And "b" is fit

  @health:206
  Scenario: A node that is syncing serves only while no other is fit
    Given beacon nodes "syncing", "fit"
    And the CL of "syncing" has the fault health_status {"status": 206}
    When weir runs
    And I send GET /eth/v1/beacon/genesis
    Then the answer is 200
    And the beacon node "fit" has seen /eth/v1/beacon/genesis 1 time
    And the beacon node "syncing" has seen /eth/v1/beacon/genesis 0 times
    When "fit" is killed
    Then "fit" is unfit because of "connection refused"
    When I send GET /eth/v1/beacon/genesis
    Then the answer is 200
    And the beacon node "syncing" has seen /eth/v1/beacon/genesis 1 time

  @health:hysteresis
  Scenario: Connection refused takes a beacon node out at once, and it returns
    Given beacon nodes "a", "b"
    When weir runs
    Then "a" is fit
    When "a" is killed
    Then "a" is unfit because of "connection refused"
    And "b" has stayed fit
    When "a" is started again
    Then "a" is fit
    And "a" became unfit 1 time in the log

  @health:hysteresis
  Scenario: Two failed checks of a beacon node are forgiven, three are not
    Given beacon nodes "a", "b"
    And the setting health_check_timeout_ms = 5000
    When weir runs
    Then "a" is fit
    When the CL of "a" gets the fault http_status {"match": "headers/head", "status": 500, "count": 2}
    Then "a" was checked at least 5 times more
    And "a" has stayed fit
    When the CL of "a" gets the fault http_status {"match": "headers/head", "status": 500}
    Then "a" is unfit because of "headers/head: HTTP 500"

  @health:concurrent
  Scenario: A beacon node that hangs delays nobody's check but its own
    Given beacon nodes "a", "hung", "c"
    And the setting health_check_timeout_ms = 5000
    When weir runs
    Then "hung" is fit
    When the CL of "hung" gets the fault hang
    And the checks of "hung" are counted
    Then "a" was checked at least 10 times more
    And "c" was checked at least 10 times more
    And "hung" was checked no more than 1 time since

  @health:believable-head
  Scenario: One beacon node that claims a slot a million ahead does not put the others out of service
    Given beacon nodes "a", "liar", "c"
    When weir runs
    Then "liar" is fit
    When the CL of "liar" gets the fault lie {"ahead": 1000000}
    Then "liar" is unfit because of "suspect"
    And "a" has stayed fit
    And "c" has stayed fit
    And the metric cl_chain_head is 100

  @beacon:7
  Scenario Outline: A beacon node on a fork of its own is unfit because of "<reason>"
    Given beacon nodes "a", "b" at slot <slot>
    And a beacon node "alone" at slot <slot> of another fork
    When weir runs
    Then "alone" is unfit because of "<reason>"
    And "a" is fit
    And "b" is fit
    And the metric cl_healthy_nodes is 2

    Examples:
      | slot | reason                                                                       |
      | 40   | minority fork: the others do not know its block                              |
      | 100  | minority fork: its finalized checkpoint of epoch 1 conflicts with the others |

  @beacon:7
  Scenario: A beacon node that a reorganisation leaves behind is unfit until it follows
    Given beacon nodes "a", "b", "left" at slot 40
    When weir runs
    Then "left" is fit
    When "a" reorganises its last 2 blocks
    And "b" reorganises its last 2 blocks
    Then "left" is unfit because of "minority fork"
    And "b" is fit
    When "left" reorganises its last 2 blocks
    Then "left" is fit

  @lodestar @health:cl
  Scenario: Real beacon nodes are fit, and one that is stopped is not
    Given the real beacon nodes "first", "second"
    When weir runs
    Then "first" is fit
    And "second" is fit
    And "first" follows the chain
    When "second" is suspended
    Then "second" is unfit because of "timed out"
    And "first" has stayed fit
    When "second" is resumed
    Then "second" is fit
