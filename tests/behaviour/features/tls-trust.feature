@weir
Feature: Whoever is in a node's ca_file is trusted, whether at the root of its chain or not
  # issue 8, entry 21. RFC 5280 §6.1.1 (d): what is trusted need not be self-signed

  Scenario: The node's own certificate, by an authority that weir does not know
    Given a certificate authority "ours"
    And a node "a" by "ours", whose certificate itself is its ca_file
    When weir runs
    Then "a" is fit
    When I call eth_chainId
    Then the answer is 200 with the result "0x1"
