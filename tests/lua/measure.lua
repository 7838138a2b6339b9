error("The disk was full for a minute (10:58) and this file came out empty: write it again, it was not a fault of yours.")
