@weir
Feature: Vixy's own files
  # surface.md: Vixy's own spelling is taken

  Scenario: Host and port are where weir listens, with the metrics' own
    When weir runs by the file
      """
      [global]
      max_el_lag_blocks = 5
      max_cl_lag_slots = 3
      health_check_interval_ms = 5000
      proxy_timeout_ms = 30000
      max_retries = 3

      [server]
      host = "127.0.0.1"
      port = PORT_A

      [metrics]
      enabled = true
      host = "127.0.0.1"
      port = PORT_B

      [el]
      [[el.primary]]
      name = "el-1"
      http_url = "http://127.0.0.1:1"
      ws_url = "ws://127.0.0.1:1"
      max_consecutive = 150
      max_per_second = 100

      [[cl]]
      name = "cl-1"
      url = "http://127.0.0.1:1"
      """
    And it is started
    Then http://127.0.0.1:PORT_A/health answers 200
    And http://127.0.0.1:PORT_A/metrics answers 404
    And http://127.0.0.1:PORT_B/metrics answers 200

  Scenario: --listen wins
    When weir runs by the file
      """
      [server]
      host = "127.0.0.1"
      port = PORT_A

      [[cl]]
      name = "cl-1"
      url = "http://127.0.0.1:1"
      """
    And it is started with --listen 127.0.0.1:PORT_C
    Then http://127.0.0.1:PORT_C/health answers 200
    And nothing listens on PORT_A

  Scenario: Both spellings at once are a mistake that says which, and hints are right
    Given the configuration file
      """
      [server]
      listen = "127.0.0.1:8080"
      host = "127.0.0.1"
      port = 8080
      max_retries = 1

      [global]
      port = 8080
      lisen = "127.0.0.1:1"

      [[cl]]
      name = "a"
      http_url = "http://a"
      url = "http://a"
      """
    When I run weir "check"
    Then the exit code is 1
    And it says "FILE:3:8: server.host: given beside server.listen, keep either listen, or host and port"
    And it says "FILE:4:8: server.port: given beside server.listen, keep either listen, or host and port"
    And it says "FILE:5:1: server.max_retries: unknown key, it belongs into [global]"
    And it says "FILE:8:1: global.port: unknown key, it belongs into [metrics] or [server]"
    And it says "FILE:9:1: global.lisen: unknown key, did you mean listen in [admin] or listen in [server]?"
    And it says "FILE:13:1: cl.http_url: unknown key, did you mean url?"
