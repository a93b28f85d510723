Feature: A crowd of clients takes nothing from the nodes, from weir's own pages, or from who has something to ask

  # issue 8, entry 9

  Background:
    Given primary nodes "a"

  Scenario: With 64 file descriptors 80 idle clients keep nobody from the nodes
    Given beacon nodes "b"
    When weir runs with at most 64 file descriptors
    And 80 clients connected a while ago
    And I call eth_chainId 20 times
    Then "a" has stayed fit
    And /metrics says process_max_fds 64
    And weir has fewer than 64 descriptors open
    And the log says "fewer file descriptors than this configuration can use"
    And the metric client_connections_evicted_total comes to at least 1

  Scenario: An operator may set aside more for the nodes
    Given the setting server.reserved_descriptors = 40
    And the setting server.workers = 1
    When weir runs with at most 64 file descriptors
    Then the metric descriptors with {"for": "clients"} is 1

  Scenario: A client with a request takes the place of the one that has been idle longest
    Given the setting server.workers = 1
    And the setting server.max_connections = 4
    When weir runs
    And 4 clients connected a while ago
    And I call eth_chainId
    Then the answer is 200 with the result "0x1"
    And the first of them alone has been closed
    And the metric client_connections_evicted_total is 1

  Scenario: At max_connections weir's own pages are answered, and nothing else
    Given the setting server.workers = 1
    And the setting server.max_connections = 3
    When weir runs
    And clients in the middle of a request take every place
    Then /health, /ready, /status, /metrics are answered with 200
    When I call eth_chainId
    Then the answer is 503
    And the answer's head has retry-after = 1
    And the answer's head has connection = close
    When I run weir "status" against it
    Then the exit code is 0
    And it does not say "not weir"
    And the metric client_connections_refused_total with {"reason": "descriptors"} is 0
    And the metric client_connections_refused_total with reason "limit" is at least 1
    And 1 line of the log holds "clients are turned away"
    And the log says "limit=max_connections places=3"

  Scenario: Silent clients do not keep the places for weir's own pages
    Given the setting server.workers = 1
    And the setting server.max_connections = 2
    And the setting server.spare_connections = 2
    When weir runs
    And clients in the middle of a request take every place
    And 8 clients connect
    Then /health, /status are answered with 200

  Scenario: Who says nothing in such a place is let go soon
    Given the setting server.workers = 1
    And the setting server.max_connections = 2
    When weir runs
    And clients in the middle of a request take every place
    And a client connects
    Then the connection is closed within 4000 ms

  Scenario: Without one descriptor left weir waits, says so once and goes on
    When weir runs
    And weir may open no further descriptor
    And a client sends "GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n"
    Then the log says "cannot accept connections"
    And weir needs less than 200 ms of processor time in the next 500 ms
    When weir may open descriptors again
    Then it is answered 200
    And 1 line of the log holds "cannot accept connections"

  Scenario: A reload shares the descriptors out anew
    Given a fake node "b"
    And the setting server.workers = 1
    When weir runs with at most 64 file descriptors
    Then the metric descriptors with {"for": "nodes"} is 15
    When the configuration gets the further node "b"
    And I send weir SIGHUP
    Then "b" is fit
    And the metric descriptors with {"for": "nodes"} is 13
    And 2 lines of the log hold "fewer file descriptors"
    When I send weir SIGHUP
    Then 2 lines of the log hold "configuration reloaded"
    And 2 lines of the log hold "fewer file descriptors"
