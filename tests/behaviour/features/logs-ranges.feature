@websocket
Feature: Every filter that go-ethereum takes is a subscription of weir's own, whatever range it names

  # spec: issue 7, B4; websocket.md 14a. go-ethereum's SubscribeFilterLogs and everything that abigen makes always
  # send a range (ethclient.toFilterArg; go-ethereum#15063, #23845, go-livepeer#315, subnet-evm#717)

  Background:
    Given the setting ws_ping_interval_ms = 400
    And the setting health_check_timeout_ms = 500

  @ws:14a
  Scenario Outline: Logs by <filter> survive the death of the node
    Given WebSocket nodes "a" and "b"
    When weir runs
    And "alice" connects
    And "alice" subscribes to logs with <filter>
    And 4 blocks come
    And "a" is lost by SIGKILL
    And 6 blocks come
    Then every client has got everything, once and in order

    Examples:
      | filter                                              |
      | {"fromBlock":"0x0","toBlock":"latest"}              |
      | {"toBlock":"latest","fromBlock":"earliest"}         |
      | {"fromBlock":"latest","address":null,"topics":null} |

  @ws:14a
  Scenario: A range by numbers is a further condition, and nothing past is told
    Given WebSocket nodes "a" and "b"
    When weir runs
    And "alice" connects
    And "alice" subscribes to the logs of the next blocks 3 to 6
    And 4 blocks come
    And "a" is lost by SIGKILL
    And 5 blocks come
    Then "alice" has got the logs of those blocks and no others

  @ws:14a @ws:24a @weir
  Scenario: Ways to write the same thing, ranges included, share one feed, and need no WebSocket of a node
    Given WebSocket nodes "a" and "b"
    And no node has a ws_url
    And the setting ws_poll_interval_ms = 50
    When weir runs
    And clients subscribe, each in its own way, to the same:
      | params                                                       |
      | ["logs"]                                                     |
      | ["logs",null]                                                |
      | ["logs",{}]                                                  |
      | ["logs",{"fromBlock":"0x0","toBlock":"latest"}]              |
      | ["logs",{"ToBlock":"latest","fromBlock":"0X1A","limit":1}]   |
      | ["logs",{"fromBlock":"0x5","topics":[],"address":[]}]        |
    Then the metric ws_feeds is 1
    When 3 blocks come
    Then every client has got everything, once and in order

  @ws:14a @weir
  Scenario: Options that ask for nothing share the plain feed
    Given WebSocket nodes "a" and "b"
    When weir runs
    And clients subscribe, each in its own way, to the same:
      | params                                      |
      | ["newHeads"]                                |
      | ["newHeads",{}]                             |
      | ["newHeads",null]                           |
      | ["newHeads",{"includeTransactions":false}]  |
    Then the metric ws_feeds is 1
    When 3 blocks come
    And "a" is lost by SIGKILL
    And 3 blocks come
    Then every client has got everything, once and in order

  @ws:14a @weir
  Scenario: What go-ethereum refuses is refused in its words, also where nodes have no ws_url
    Given WebSocket nodes "a" and "b"
    And no node has a ws_url
    When weir runs
    Then eth_subscribe with ["logs",{"toBlock":"pending"}] is answered -32602 "pending logs are not supported"
    And eth_subscribe with ["logs",{"fromBlock":"pending"}] is answered -32602 "pending logs are not supported"
    And eth_subscribe with ["logs",{"fromBlock":"0x9","toBlock":"0x8"}] is answered -32602 "invalid block range params"
    And eth_subscribe with ["logs",{"fromBlock":"latest","toBlock":"0x8"}] is answered -32602 "invalid block range params"
    And eth_subscribe with ["logs",{"fromBlock":"safe"}] is answered -32602 "invalid block range params"
    And eth_subscribe with ["logs",{"fromBlock":12}] is answered -32602 "invalid argument 1"
    And eth_subscribe with ["logs",{"blockHash":"0x1111111111111111111111111111111111111111111111111111111111111111"}] is answered -32602 "blockHash"
    And eth_subscribe with ["logs",{},{}] is answered -32602 "too many arguments, want at most 2"
    And eth_subscribe with ["newHeads",1] is answered -32602 "too many arguments, want at most 1"
    And eth_subscribe with ["logs",{"address":"0x12"}] is answered -32602 "invalid argument 1: address"
