Feature: Configuration
  Every mistake at once, with its place and its remedy; secrets in none of them.

  Scenario: A good file is called good
    Given the configuration file
      """
      [[el.primary]]
      name = "geth"
      http_url = "http://127.0.0.1:8545"
      """
    When I run weir "check"
    Then the exit code is 0
    And it says "FILE: good"

  Scenario: All mistakes are reported together, each with its line, column and remedy
    Given the configuration file
      """
      [global]
      max_retrys = 3
      proxy_timeout_ms = "soon"
      policy = "fastest"

      [[el.primary]]
      name = "a"
      http_url = "ftp://node"

      [[el.backup]]
      name = "a"
      http_url = "http://127.0.0.1:8545"
      """
    When I run weir "check"
    Then the exit code is 1
    And it says "FILE:2:1: global.max_retrys: unknown key, did you mean max_retries?"
    And it says "FILE:3:20: global.proxy_timeout_ms: is a string, must be a number of milliseconds"
    And it says "FILE:4:10: global.policy: no such policy, write priority, round_robin or least_latency"
    And it says "FILE:8:12: el.primary.http_url: scheme must be http, https, ws or wss"
    And it says "is taken by the node on line"

  Scenario: A file written for Vixy loads unchanged
    Given the configuration file
      """
      [global]
      max_el_lag_blocks = 5
      max_cl_lag_slots = 3
      health_check_interval_ms = 1000
      proxy_timeout_ms = 30000
      max_retries = 2
      health_check_max_failures = 3

      [metrics]
      enabled = true
      port = 9090

      [el]
      [[el.primary]]
      name = "geth-1"
      http_url = "http://localhost:8545"
      ws_url = "ws://localhost:8546"
      max_consecutive = 150
      max_per_second = 100

      [[el.backup]]
      name = "hosted"
      http_url = "https://rpc.example/v2/secretkey"
      ws_url = "wss://rpc.example/v2/secretkey"

      [[cl]]
      name = "lighthouse"
      url = "http://localhost:5052"
      """
    When I run weir "check"
    Then the exit code is 0
    And it says "warning: FILE:18:1: el.primary.max_consecutive: has no effect"
    And it does not say "secretkey"

  Scenario: A value comes from the environment
    Given the configuration file
      """
      [[el.primary]]
      name = "hosted"
      http_url = "https://rpc.example/v2/${API_KEY}"
      headers = { Authorization = "Bearer ${API_KEY}" }
      """
    When I run weir "check" with API_KEY = "abc123secret"
    Then the exit code is 0
    And it does not say "abc123secret"
    When I run weir "check"
    Then the exit code is 1
    And it says "environment variable API_KEY is not set"

  Scenario: What is no file is said
    When I run weir "check"
    Then the exit code is 1
    And it says "FILE: no such file"

  Scenario Outline: <arguments> is answered
    When I run weir "<arguments>" alone
    Then the exit code is <code>
    And it says "<text>"

    Examples:
      | arguments             | code | text           |
      | --version             | 0    | weir 0.        |
      | --help                | 0    | --listen       |
      | --no-such-option      | 1    | no-such-option |
      | run --log-level=loud  | 1    | must be trace  |

  Scenario: Two weirs do not share a port
    Given a primary node "a" where nothing listens
    When weir runs
    And a second weir is started on the same port
    Then the exit code is 2
    And it says "cannot listen on"

  Scenario: SIGHUP takes in a new node, and a bad file changes nothing
    Given primary nodes "a"
    And a fake node "b"
    When weir runs
    Then "a" is fit
    When the configuration gets the further node "b"
    And I send weir SIGHUP
    Then "b" is fit
    When the configuration file has no [[el.primary]] any more
    And I send weir SIGHUP
    Then the log says "configuration not reloaded"
    And the metric el_healthy_nodes is 2

  Scenario: The key in a node's URL is never shown
    Given a primary node "a" at http://user:s3cret-pass@127.0.0.1:1/v3/s3cret-key?auth=s3cret-query
    And the setting max_retries = 0
    When weir runs with "--log-level debug"
    And I call eth_blockNumber
    Then the answer is 503 with the error -32603
    And the answer's text does not hold "127.0.0.1"
    And nothing that weir says holds "s3cret"
