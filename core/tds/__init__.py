"""TDS as a life: expected, deducted, seen in Form 26AS or 168, certificate held, claimed."""
