"""Campaigns: spec, life cycle, planning, funnel, reports."""
