Feature: Health of execution nodes

  Scenario: A node too far behind is unfit, and says so
    Given primary nodes "a", "b"
    And the EL of "b" has the fault lag {"blocks": 12}
    When weir runs
    Then "a" is fit
    And "b" is unfit because of "lag 12 > 5"
    And the metric el_healthy_nodes is 1

  Scenario: A node on another chain is unfit
    Given primary nodes "a"
    And a primary node "other" on chain 5
    And the setting chain_id = 1
    When weir runs
    Then "a" is fit
    And "other" is unfit because of "wrong chain 0x5"

  Scenario: A syncing node is unfit
    Given primary nodes "a", "b"
    And the EL of "a" has the fault syncing
    When weir runs
    Then "a" is unfit because of "syncing"
    And "b" is fit

  Scenario: One node that claims a head a million blocks ahead does not put the others out of service
    Given primary nodes "a", "liar", "c"
    When weir runs
    Then "a" is fit
    And "liar" is fit
    When the EL of "liar" gets the fault lie {"ahead": 1000000}
    Then "liar" is unfit because of "suspect"
    And "a" has stayed fit
    And "c" has stayed fit
    When I call eth_blockNumber
    Then the answer is 200 with the result "0x64"

  Scenario: A block that comes does not make its first bringer suspect
    Given primary nodes "a", "b", "c"
    When weir runs
    Then "a" is fit
    When "b" advances by 3 blocks
    Then "b" was checked at least 3 times more
    And "b" has stayed fit
    And "a" has stayed fit

  Scenario: A head that is no hex quantity is refused
    Given primary nodes "a", "b"
    And the EL of "a" has the fault not_json {"body": "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":100}"}
    When weir runs
    Then "a" is unfit because of "not a hex quantity"

  Scenario: Connection refused takes a node out at once, and two good checks bring it back
    Given primary nodes "a", "b"
    When weir runs
    Then "a" is fit
    When "a" is killed
    Then "a" is unfit because of "connection refused"
    When "a" is started again
    Then "a" is fit
    And "a" became unfit 1 time in the log

  Scenario: A failed check or two are forgiven, three are not
    Given primary nodes "a", "b"
    And the setting health_check_timeout_ms = 5000
    When weir runs
    Then "a" is fit
    When the EL of "a" gets the fault http_status {"status": 500, "body": "no", "count": 2}
    Then "a" was checked at least 5 times more
    And "a" has stayed fit
    When the EL of "a" gets the fault http_status {"status": 500, "body": "no"}
    Then "a" is unfit because of "HTTP 500"

  Scenario: A node that hangs delays nobody's check but its own
    Given primary nodes "a", "hung", "c"
    And the setting health_check_timeout_ms = 5000
    When weir runs
    Then "hung" is fit
    When the EL of "hung" gets the fault hang
    Then "a" was checked at least 10 times more
    And "c" was checked at least 10 times more

  Scenario: Backups serve only while no primary is fit
    Given primary nodes "a"
    And backup nodes "b"
    When weir runs
    Then "b" is fit
    And the metric el_failover_active is 0
    When "a" is killed
    Then the metric el_failover_active is 1
    When I call eth_blockNumber
    Then the answer is 200 with the result "0x64"
    When "a" is started again
    Then the metric el_failover_active is 0
    And the metric el_failovers_total is 1

  Scenario: Requests that fail in a row make a node unfit before its next check
    Given primary nodes "a", "b"
    And the setting health_check_interval_ms = 60000
    And the setting server.workers = 1
    And the EL of "a" has the fault reset_before_answer {"match": "eth_gasPrice"}
    When weir runs
    Then "b" is fit
    When I call these in turn: eth_gasPrice, eth_gasPrice
    Then "a" has stayed fit
    When I call these in turn: eth_gasPrice
    Then "a" is unfit because of "3 requests in a row failed: connection reset"
    And the metric el_node_state_changes_total with {"node": "a", "reason": "traffic"} is 1

  Scenario: A node whose WebSocket is lost is checked at once
    Given WebSocket nodes "a", "b"
    And the setting health_check_interval_ms = 60000
    When weir runs
    Then "b" is fit
    When "a" is killed
    Then "a" is unfit because of "refused"

  Scenario: A node whose WebSocket is lost and whose checks fail is checked again at once, max_failures times
    Given WebSocket nodes "a", "b"
    And the setting health_check_interval_ms = 60000
    When weir runs
    Then "b" is fit
    When the EL of "a" gets the fault reset_before_answer {"match": "eth_"}
    And "a" is lost by a socket reset
    Then "a" is unfit because of "reset"
