Feature: What weir says of itself

  # spec: surface.md

  @surface:health
  Scenario: Liveness is weir's own
    Given a primary node "a" where nothing listens
    When weir runs
    And I ask weir itself for /health
    Then the answer is 200 with the type "text/plain"
    And the answer is exactly
      """
      OK
      """

  @surface:ready
  Scenario: Ready when each layer that is configured has a fit node
    Given primary nodes "a"
    And beacon nodes "b"
    When weir runs
    Then soon /ready answers 200
    When "b" is killed
    Then soon /ready answers 503
    And the answer's text holds "reason":"no fit CL node"
    When "a" is killed
    Then soon /ready answers 503
    And "a" is unfit because of "connection refused"
    And soon /ready answers 503
    And the answer's text holds "reason":"no fit EL node and no fit CL node"
    When "a" is started again
    And "b" is started again
    Then soon /ready answers 200

  @surface:ready
  Scenario: Execution nodes alone are enough when only they are configured
    Given primary nodes "a"
    When weir runs
    Then soon /ready answers 200
    When I send GET /eth/v1/node/health
    Then the answer is 503 with the message "no fit beacon node"

  @surface:ready
  Scenario: Beacon nodes alone are enough when only they are configured
    Given beacon nodes "b"
    When weir runs
    Then soon /ready answers 200
    When I call eth_blockNumber
    Then the answer is 503 with the error -32603

  @surface:status
  Scenario: The status names every node, its head, its lag, its fitness and why
    Given primary nodes "a", "lagging"
    And backup nodes "spare"
    And beacon nodes "b"
    And the EL of "lagging" has the fault lag {"blocks": 9}
    When weir runs
    Then "a" is fit
    And "b" is fit
    And /status holds the keys version, el_chain_head, cl_chain_head, el_failover_active, el_nodes, cl_nodes
    And each of its el_nodes holds the keys name, http_url, ws_url, is_primary, chain_id, block_number, lag, check_ok, is_healthy, is_held_back, reason, note, consecutive_failures, latency_ms, client_version, in_flight, last_change, last_heard
    And each of its cl_nodes holds the keys name, url, slot, lag, health_ok, is_healthy, is_held_back, reason, note, consecutive_failures, latency_ms, client_version, in_flight, last_change, last_heard
    And el_chain_head on /status is 100
    And cl_chain_head on /status is 100
    And el_failover_active on /status is false
    And "a" on /status has
      | is_primary           | true  |
      | block_number         | 100   |
      | lag                  | 0     |
      | check_ok             | true  |
      | is_healthy           | true  |
      | reason               | ""    |
      | consecutive_failures | 0     |
      | in_flight            | 0     |
      | client_version       | "simnode/v1.0.0/linux-amd64/cpp20" |
    And "lagging" on /status has
      | is_primary   | true        |
      | block_number | 91          |
      | lag          | 9           |
      | check_ok     | true        |
      | is_healthy   | false       |
      | reason       | "lag 9 > 5" |
    And "spare" on /status has
      | is_primary | false |
      | is_healthy | true  |
    And "b" on /status has
      | slot       | 100  |
      | health_ok  | true |
      | is_healthy | true |
    When "b" is killed
    Then "b" is unfit because of "connection refused"
    And "b" on /status has
      | health_ok  | false |
      | is_healthy | false |

  @surface:page
  Scenario: There is a page for people
    Given primary nodes "a"
    When weir runs
    And I ask weir itself for /
    Then the answer is 200 with the type "text/html; charset=utf-8"
    And the page stands on its own and asks for /status

  @surface:metrics
  Scenario: promtool finds nothing to say, before and after requests
    Given primary nodes "a"
    And backup nodes "spare"
    And beacon nodes "b"
    When weir runs
    Then promtool has nothing to say about the metrics
    When I call eth_chainId
    And I call eth_noSuchMethod
    And I send GET /eth/v1/beacon/genesis
    And "a" is killed
    Then "a" is unfit because of "connection refused"
    And promtool has nothing to say about the metrics

  @surface:metrics
  Scenario: The metrics that boards are written for are there, with their labels
    Given primary nodes "a"
    And backup nodes "spare"
    And beacon nodes "b"
    When weir runs
    Then there are the metrics
      | name                           | labels       | type      |
      | el_requests_total              | node, tier   | counter   |
      | el_request_duration_seconds    | node, tier   | histogram |
      | el_node_block_number           | node, tier   | gauge     |
      | el_node_lag_blocks             | node, tier   | gauge     |
      | el_node_healthy                | node, tier   | gauge     |
      | el_failover_active             |              | gauge     |
      | el_chain_head                  |              | gauge     |
      | el_healthy_nodes               |              | gauge     |
      | el_failovers_total             |              | counter   |
      | cl_requests_total              | node         | counter   |
      | cl_request_duration_seconds    | node         | histogram |
      | cl_node_slot                   | node         | gauge     |
      | cl_node_lag_slots              | node         | gauge     |
      | cl_node_healthy                | node         | gauge     |
      | cl_chain_head                  |              | gauge     |
      | cl_healthy_nodes               |              | gauge     |
      | ws_connections_active          |              | gauge     |
      | ws_subscriptions_active        |              | gauge     |
      | ws_connections_total           |              | counter   |
      | ws_subscriptions_total         |              | counter   |
      | ws_reconnections_total         |              | counter   |
      | ws_reconnection_attempts_total | status       | counter   |
      | ws_messages_total              | direction    | counter   |
      | ws_upstream_node               | node         | gauge     |

  @surface:metrics
  Scenario: The metrics say what happened
    Given primary nodes "a", "lagging"
    And backup nodes "spare"
    And the EL of "lagging" has the fault lag {"blocks": 9}
    When weir runs
    Then the metric el_node_block_number with {"node": "a", "tier": "primary"} is 100
    And the metric el_node_lag_blocks with {"node": "lagging"} is 9
    And the metric el_node_healthy with {"node": "lagging"} is 0
    And the metric el_node_healthy with {"node": "spare", "tier": "backup"} is 1
    And the metric el_healthy_nodes is 2
    And the attempts that /metrics counts grow by 1 at "a" and 0 at "spare" when I call eth_chainId
    When the EL of "a" gets the fault rpc_error {"match": "eth_chainId", "code": -32000, "message": "header not found"}
    Then the attempts that /metrics counts grow by 1 at "a" and 1 at "spare" when I call eth_chainId
    And the metric el_retries_total with {"reason": "missing_data"} is 1
    And the metric el_responses_total with {"status": "2xx"} is 2
    And the metric el_node_in_flight with {"node": "a"} is 0
    And the metric el_request_duration_seconds_count with {"node": "a"} is 2

  @surface:metrics
  Scenario: The prefix of Vixy's metrics can be had back
    Given primary nodes "a"
    And the setting metrics.prefix = "vixy"
    When weir runs
    Then every metric begins with "vixy_" or "process_"
    And the metric el_healthy_nodes is 1
    And promtool has nothing to say about the metrics

  @surface:metrics
  Scenario: Metrics on a port of their own are not on the main one
    Given primary nodes "a"
    And the metrics have a port of their own
    When weir runs
    Then the metrics are on that port and nothing else is
    When I ask weir itself for /metrics
    Then the answer is 404

  @surface:metrics
  Scenario: Metrics can be turned off
    Given primary nodes "a"
    And the setting metrics.enabled = false
    When weir runs
    And I ask weir itself for /metrics
    Then the answer is 404

  @surface:logs
  Scenario: Logs as JSON have one event per change of a node's fitness
    Given primary nodes "a", "b"
    When weir runs with "--log-format json"
    Then "a" is fit
    When "a" is killed
    Then the log has exactly one event about "a" with the reason "connection refused"
    And every log line is JSON with the keys ts, level and msg

  @surface:logs
  Scenario: No log line is about a single request
    Given primary nodes "a"
    When weir runs
    Then "a" is fit
    When I call eth_chainId 50 times
    Then 1 lines of the log hold "node=a"
    And 0 lines of the log hold "eth_chainId"

  @surface:logs
  Scenario: --log-level off says nothing
    Given primary nodes "a"
    When weir runs with "--log-level off"
    Then "a" is fit
    And the log has no line

  @surface:commands
  Scenario: weir status shows the nodes of a running weir
    Given primary nodes "a"
    And backup nodes "spare"
    And beacon nodes "b"
    And the EL of "spare" has the fault lag {"blocks": 9}
    When weir runs
    Then "a" is fit
    And "b" is fit
    When I run weir "status" against it
    Then the exit code is 0
    And it prints a table with the columns NAME, TIER, CLIENT, CHAIN, HEAD, LAG, LATENCY, STATE and the rows
      | a     | el primary | simnode/v1.0.0/linux-amd64/cpp20 | 1 | 100 | 0 | ~ ms | fit       |
      | spare | el backup  | simnode/v1.0.0/linux-amd64/cpp20 | 1 | 91  | 9 | ~ ms | lag 9 > 5 |
      | b     | cl         | simnode/v1.0.0/linux-amd64/cpp20 |   | 100 | 0 | ~ ms | fit       |

  @surface:commands
  Scenario: weir probe checks each node once and says whether both layers could serve
    Given primary nodes "a"
    And a primary node "dead" where nothing listens
    And beacon nodes "b"
    When weir runs
    And I run weir "probe" with its configuration
    Then the exit code is 0
    And it prints a table with the columns NAME, TIER, CLIENT, CHAIN, HEAD, LAG, LATENCY, STATE and the rows
      | a    | el primary | simnode/v1.0.0/linux-amd64/cpp20 | 1 | 100 | 0 | ~ ms | fit |
      | dead | el primary | ~connection refused              |   |     |   |      |     |
      | b    | cl         | simnode/v1.0.0/linux-amd64/cpp20 |   | 100 | 0 | ~ ms | fit |
    When the CL of "b" gets the fault health_status {"status": 503}
    And I run weir "probe" with its configuration
    Then the exit code is 1

  @surface:shutdown
  Scenario Outline: <signal> lets what is under way end, takes nothing new, and exits with 0
    Given primary nodes "a"
    And the EL of "a" has the fault delay {"match": "eth_getBalance", "ms": 3000}
    When weir runs
    Then "a" is fit
    When a call of eth_getBalance is under way
    And I send weir <signal>
    Then no new connection is taken
    And weir has not ended yet
    And the call under way is answered with "id":"last","result":"0x1
    And weir ends with exit code 0

    Examples:
      | signal  |
      | SIGTERM |
      | SIGINT  |

  @surface:shutdown
  Scenario: An idle connection does not hold up the end
    Given primary nodes "a"
    When weir runs
    And a client sends "GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n"
    Then it is answered 200
    When I send weir SIGTERM
    # Long before shutdown_grace_ms, 10 s.
    Then the connection is closed within 5000 ms
    And weir ends with exit code 0

  @surface:shutdown
  Scenario: What does not end within shutdown_grace_ms is cut off
    Given primary nodes "a"
    And the EL of "a" has the fault hang {"match": "eth_getBalance"}
    And the setting server.shutdown_grace_ms = 300
    When weir runs
    Then "a" is fit
    When a call of eth_getBalance is under way
    And I send weir SIGTERM
    Then the call under way is cut off
    And weir ends with exit code 0
