"""Run both sides of a converted project on the same weights, inputs and random numbers, and compare what they compute.

Only here is the user's code executed: each side in a process of its own.
"""
