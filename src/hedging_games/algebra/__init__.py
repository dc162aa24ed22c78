"""What a number is: arithmetics, expressions, polynomials."""
