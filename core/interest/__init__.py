"""Interest on what is paid late: by the MSMED Act, or as agreed; shown live, booked when the user chooses."""
