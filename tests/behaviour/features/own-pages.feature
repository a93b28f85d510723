@weir
Feature: Where weir's own pages are, and for whom
  # surface.md, [admin] listen, token

  Background:
    Given primary nodes "a"

  Scenario: An admin address takes the pages from the clients' one; liveness is on both
    Given weir has an admin address
    When weir is started at both
    Then these are answered
      | path     | clients | admin |
      | /health  | 200     | 200   |
      | /ready   | 404     | 200   |
      | /status  | 404     | 200   |
      | /metrics | 404     | 200   |
      | /        | 404     | 200   |
      | /el      | 405     | 404   |
      | /cl      | 503     | 404   |

  Scenario: The metrics' own port stays what it is
    Given weir has an admin address
    And the metrics have a port of their own
    When weir is started at both
    Then these are answered
      | path     | clients | admin | metrics |
      | /metrics | 404     | 404   | 200     |
      | /status  | 404     | 200   | 404     |

  Scenario: A page of another site gets nothing there either
    Given weir has an admin address
    And the metrics have a port of their own
    When weir is started at both
    And a GET request for /status comes to the admin address with
      | Host | evil.example |
    Then the answer is 403
    When a GET request for /status comes to the admin address with
      | Origin | https://evil.example |
    Then the answer is 403
    When a GET request for /metrics comes to the metrics address with
      | Host | evil.example |
    Then the answer is 403

  Scenario: With a token the pages ask for it, probes do not
    Given weir has an admin address
    And the setting admin.token = "s3cret-t0ken"
    When weir is started at both
    And a GET request for /status comes to the admin address
    Then the answer is 401
    And the answer's text holds [admin] token
    And the answer has 2 lines WWW-Authenticate
    When a GET request for /status comes to the admin address with
      | Authorization | Bearer s3cret-t0ke |
    Then the answer is 401
    When a GET request for /status comes to the admin address with
      | Authorization | Bearer s3cret-t0ken |
    Then the answer is 200
    # What a browser sends once its reader has typed it: Basic, any name, the token.
    When a GET request for / comes to the admin address with
      | Authorization | Basic eDpzM2NyZXQtdDBrZW4= |
    Then the answer is 200
    When a GET request for /metrics comes to the admin address
    Then the answer is 401
    When a GET request for /ready comes to the admin address
    Then the answer is 200
    When a GET request for /health comes to the admin address
    Then the answer is 200

  Scenario: A token guards the pages where clients come in, too, and not the calls
    Given the setting admin.token = "s3cret-t0ken"
    When weir is started at both
    And a GET request for /status comes
    Then the answer is 401
    When a GET request for /metrics comes
    Then the answer is 401
    When a GET request for / comes
    Then the answer is 401
    When a POST request for /el comes
    Then the answer is 200 with the result "0x1"

  Scenario: weir status knows the address and the token
    Given weir has an admin address
    And the setting admin.token = "s3cret-t0ken"
    When weir is started at both
    And I run weir "status" against the admin address
    Then the exit code is 1
    And it says "401"
    And it says "WEIR_TOKEN"
    When I run weir "status" against the admin address with WEIR_TOKEN = "s3cret-t0ken"
    Then the exit code is 0
    And it says "el primary"
    When I run weir "status" against it
    Then the exit code is 1
    And it says "[admin] listen"

  Scenario: The page is for this machine: what another proxy passes on is not
    When weir is started at both
    And a GET request for / comes
    Then the answer is 200
    And its Content-Security-Policy is "frame-ancestors 'none'"
    When a GET request for / comes with
      | X-Forwarded-For | 192.0.2.7 |
    Then the answer is 403
    And the answer's text holds [admin] listen

  Scenario: Not only this machine can call: the pages are warned of, the page is for this machine, names count for browsers
    Given a network of its own for weir
    When weir listens on every address there with "" and is asked
      | from     | method | path    | host         | origin               | status |
      | loopback | GET    | /       |              |                      | 200    |
      | loopback | GET    | /       | evil.example |                      | 403    |
      | stranger | GET    | /       |              |                      | 403    |
      | stranger | GET    | /status |              |                      | 200    |
      | stranger | GET    | /status | weir.example |                      | 200    |
      | stranger | GET    | /status | evil.example | http://evil.example  | 403    |
      | stranger | GET    | /status |              | https://evil.example | 403    |
    Then its log says "every client can read /status, /metrics and /ready; [admin] listen moves them elsewhere"

  Scenario: An admin address, or a token, ends the warning
    Given a network of its own for weir
    When weir listens on every address there with "[admin]; listen = '10.9.9.9:8081'" and is asked
      | from     | method | path    | host | origin | status |
      | stranger | GET    | /status |      |        | 404    |
    Then its log does not say "every client can read"
    When weir listens on every address there with "[admin]; token = 'x'" and is asked
      | from     | method | path    | host | origin | status |
      | stranger | GET    | /status |      |        | 401    |
    Then its log does not say "every client can read"

  Scenario: Rules are taken in by SIGHUP
    When weir is started at both
    And a GET request for /status comes with
      | Host | rpc.example |
    Then the answer is 403
    When the setting server.hosts becomes ["rpc.example"] by SIGHUP
    Then soon a GET request for /status by the name rpc.example is answered 200
    And soon a GET request for /status by the name localhost is answered 403
    And the log has nothing of a restart

  Scenario: Clients that take every place keep nobody from the admin address
    Given weir has an admin address
    And the setting server.workers = 1
    And the setting server.max_connections = 2
    When weir is started at both
    And clients in the middle of a request take every place
    And a GET request for /health comes to the admin address
    Then the answer is 200

  Scenario: Where weir serves https, the same origin is https
    Given a certificate authority "ours"
    And weir serves https with a certificate for IP:127.0.0.1 by "ours"
    And weir has an admin address
    When weir is started at both
    And a POST request for /el comes with
      | Host   | localhost:PORT         |
      | Origin | https://localhost:PORT |
    Then the answer is 200 with the result "0x1"
    When a POST request for /el comes with
      | Host   | localhost:PORT        |
      | Origin | http://localhost:PORT |
    Then the answer is 403
    # On loopback the admin address has no wire to protect.
    When a GET request for /status comes to the admin address
    Then the answer is 200
