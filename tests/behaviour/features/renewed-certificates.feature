@weir
Feature: A renewed certificate at the same path is taken on SIGHUP
  # issue 8, entry 8: certbot and its like write new files and send the signal

  Background:
    Given a certificate authority "ours"
    And primary nodes "a"
    And weir serves https with a certificate for IP:127.0.0.1 by "ours"
    And the setting server.workers = 2
    When weir runs

  Scenario: New connections are shown the new one, old ones go on
    Given a client keeps an https connection to weir
    When weir's certificate at the same path is renewed by "ours"
    And I send weir SIGHUP
    Then the log says "configuration reloaded"
    And new connections are shown the new certificate
    And the kept connection is answered

  Scenario: A pair that is no good is not taken, and the log says so
    When weir's certificate at the same path is spoiled
    And I send weir SIGHUP
    Then the log says "configuration not reloaded"
    And the log says "tls_key"
    And new connections are shown the old certificate
